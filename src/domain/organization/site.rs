//! Sites of an organization.

use async_graphql::{InputObject, MaybeUndefined};
use chrono_tz::Tz;

use crate::access::permit;
use crate::access::writer::Writer;
use crate::db::journal::Chain;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::site::{self, Holiday, Holidays, WorkingHours, WorkingPeriod};
use crate::entity::texts::Texts;
use crate::error::{Error, Result};
use crate::id::SiteId;
use crate::scalar::TimeZone;

/// A new site of the caller's organization.
#[derive(Debug, InputObject)]
pub struct CreateSiteInput {
    /// The site's name, up to 200 characters.
    name: String,
    /// The country, as two letters (ISO 3166-1 alpha-2): `IE`, `SG`.
    country: String,
    /// The IANA time zone: `Europe/Dublin`.
    time_zone: TimeZone,
    /// When work is done, in local time: up to 21 periods a week.
    #[graphql(default)]
    working_hours: Vec<WorkingPeriod>,
    /// Days on which no work is done: up to 366.
    #[graphql(default)]
    holidays: Vec<Holiday>,
    /// Languages spoken, as BCP 47 tags: `en`, `de-CH`. Up to 20.
    #[graphql(default)]
    languages: Vec<String>,
    /// What the site can do, as `sterile fill-finish`. Up to 100.
    #[graphql(default)]
    capabilities: Vec<String>,
}

/// Adds a site.
pub async fn create(writer: &Writer, input: CreateSiteInput) -> Result<SiteId> {
    let CreateSiteInput { name, country, time_zone, working_hours, holidays, languages, capabilities } = input;
    let mut operation = writer.begin(permit::CREATE_SITE).await?;
    let mut check = Check::new();
    let id = operation.new_id();
    let row = site::Model {
        id,
        organization_id: operation.organization()?,
        name: check.text("name", &name, check::NAME),
        country: checked_country(&mut check, country),
        time_zone: checked_time_zone(&mut check, time_zone),
        working_hours: checked_hours(&mut check, working_hours),
        holidays: checked_holidays(&mut check, holidays),
        languages: checked_languages(&mut check, &languages),
        capabilities: Texts(check.texts("capabilities", &capabilities, 100, check::NAME)),
        version: 1,
        created_at: operation.at(),
    };
    check.finish()?;
    operation.insert(row).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

/// A change of a site of the caller's organization. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateSiteInput {
    /// The site.
    site_id: async_graphql::ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// The site's name, up to 200 characters.
    name: MaybeUndefined<String>,
    /// The country, as two letters (ISO 3166-1 alpha-2).
    country: MaybeUndefined<String>,
    /// The IANA time zone.
    time_zone: MaybeUndefined<TimeZone>,
    /// When work is done, in local time: the whole week anew, empty for not said.
    working_hours: MaybeUndefined<Vec<WorkingPeriod>>,
    /// Days on which no work is done: the whole list anew, empty for none.
    holidays: MaybeUndefined<Vec<Holiday>>,
    /// Languages spoken, as BCP 47 tags: the whole list anew, empty for not said.
    languages: MaybeUndefined<Vec<String>>,
    /// What the site can do: the whole list anew, empty for not said.
    capabilities: MaybeUndefined<Vec<String>>,
}

/// Changes a site.
pub async fn update(writer: &Writer, input: UpdateSiteInput) -> Result<SiteId> {
    let UpdateSiteInput {
        site_id,
        expected_version: expected,
        name,
        country,
        time_zone,
        working_hours,
        holidays,
        languages,
        capabilities,
    } = input;
    let mut operation = writer.begin(permit::UPDATE_SITE).await?;
    let mut check = Check::new();
    let id: SiteId = check.id("siteId", &site_id);
    let organization = operation.organization()?;
    operation.lock(Chain::Organization(organization)).await?;
    let before: site::Model = operation.one::<site::Entity, _>(check.needed(id)?).await?;
    if before.organization_id != organization {
        return Err(Error::not_found("site of your organization"));
    }
    let current = before.clone();
    let after = site::Model {
        name: check.change("name", name, current.name, |check, name| check.text("name", &name, check::NAME)),
        country: check.change("country", country, current.country, checked_country),
        time_zone: check.change("timeZone", time_zone, current.time_zone, checked_time_zone),
        working_hours: check.change("workingHours", working_hours, current.working_hours, checked_hours),
        holidays: check.change("holidays", holidays, current.holidays, checked_holidays),
        languages: check
            .change("languages", languages, current.languages, |check, tags| checked_languages(check, &tags)),
        capabilities: check.change("capabilities", capabilities, current.capabilities, |check, texts| {
            Texts(check.texts("capabilities", &texts, 100, check::NAME))
        }),
        version: before.version + 1,
        ..before.clone()
    };
    check.finish()?;
    expected_version("site", expected, before.version)?;
    operation.update(&before, after).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

fn checked_country(check: &mut Check, country: String) -> String {
    let known = country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase());
    check.that(known, "country", "must be two capital letters (ISO 3166-1 alpha-2), as IE or SG");
    country
}

fn checked_time_zone(check: &mut Check, TimeZone(zone): TimeZone) -> String {
    check.that(zone.parse::<Tz>().is_ok(), "timeZone", "is no IANA time zone; one looks like Europe/Dublin");
    zone
}

fn checked_hours(check: &mut Check, hours: Vec<WorkingPeriod>) -> WorkingHours {
    check.that(hours.len() <= 21, "workingHours", "has more than 21 periods a week");
    for (index, period) in hours.iter().enumerate().take(21) {
        let field = format!("workingHours[{index}]");
        check.that(period.opens < period.closes, &field, "must close after it opens; split a night shift at midnight");
        let overlaps = |other: &WorkingPeriod| {
            other.weekday == period.weekday && other.opens < period.closes && period.opens < other.closes
        };
        check.that(!hours[..index].iter().any(overlaps), &field, "overlaps another period of the same day");
    }
    WorkingHours(hours)
}

fn checked_holidays(check: &mut Check, holidays: Vec<Holiday>) -> Holidays {
    check.that(holidays.len() <= 366, "holidays", "has more than 366 days");
    for (index, holiday) in holidays.iter().enumerate().take(366) {
        check.date(&format!("holidays[{index}].date"), holiday.date.into());
        check.text(&format!("holidays[{index}].name"), &holiday.name, check::NAME);
    }
    Holidays(holidays)
}

fn checked_languages(check: &mut Check, tags: &[String]) -> Texts {
    let tags = check.texts("languages", tags, 20, 35);
    for (index, tag) in tags.iter().enumerate() {
        let shaped =
            tag.split('-').all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
        check.that(shaped, &format!("languages[{index}]"), "is no BCP 47 tag; one looks like en or de-CH");
    }
    Texts(tags)
}

impl Listed for site::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> sea_orm::Condition {
        sea_orm::Condition::all()
    }

    fn sort_key((): ()) -> SortKey<site::Column> {
        SortKey::ascending([site::Column::Id])
    }
}
