//! Contacts of an organization.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use sea_orm::Condition;

use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::db::journal::Chain;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::contact::{self, AwayDates, AwayPeriod};
use crate::entity::site;
use crate::error::{Error, Result};
use crate::id::{ContactId, Id, Kind};
use crate::scalar::Date;

/// A new contact of the caller's organization.
#[derive(Debug, InputObject)]
pub struct CreateContactInput {
    /// The person's or team's name, up to 200 characters.
    name: String,
    /// What they do, as `head of quality`, up to 200 characters.
    role: String,
    /// An email address.
    email: Option<String>,
    /// A telephone number.
    phone: Option<String>,
    /// The subject (`sub`) of the contact's access tokens, so that what is assigned to them is theirs when they
    /// sign in. Only their own organization reads it.
    subject: Option<String>,
    /// The site they work at, one of the caller's organization.
    site_id: Option<ID>,
    /// Who stands in for them, another contact of the organization.
    backup_contact_id: Option<ID>,
    /// The first day on which they are the contact.
    valid_from: Option<Date>,
    /// The last day on which they are the contact.
    valid_to: Option<Date>,
    /// When they are away: up to 100 periods.
    #[graphql(default)]
    away: Vec<AwayPeriod>,
}

/// Adds a contact.
pub async fn create(writer: &Writer, input: CreateContactInput) -> Result<ContactId> {
    let CreateContactInput {
        name,
        role,
        email,
        phone,
        subject,
        site_id,
        backup_contact_id,
        valid_from,
        valid_to,
        away,
    } = input;
    let mut operation = writer.begin(permit::CREATE_CONTACT).await?;
    let mut check = Check::new();
    let id: ContactId = operation.new_id();
    let row = contact::Model {
        id,
        organization_id: operation.organization()?,
        name: check.text("name", &name, check::NAME),
        role: check.text("role", &role, check::NAME),
        email: email.map(|email| checked_email(&mut check, &email)),
        phone: check.optional_text("phone", phone.as_deref(), 50),
        subject: check.optional_text("subject", subject.as_deref(), 255),
        site_id: check.optional_id("siteId", site_id.as_deref().map(String::as_str)),
        backup_contact_id: check.optional_id("backupContactId", backup_contact_id.as_deref().map(String::as_str)),
        valid_from: valid_from.map(NaiveDate::from),
        valid_to: valid_to.map(NaiveDate::from),
        away: checked_away(&mut check, away),
        version: 1,
        created_at: operation.at(),
    };
    check_validity(&mut check, &row);
    check.finish()?;
    check_links(&operation, &row).await?;
    operation.insert(row).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

/// A change of a contact of the caller's organization. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateContactInput {
    /// The contact.
    contact_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// The person's or team's name, up to 200 characters.
    name: MaybeUndefined<String>,
    /// What they do, up to 200 characters.
    role: MaybeUndefined<String>,
    /// An email address; null for none.
    email: MaybeUndefined<String>,
    /// A telephone number; null for none.
    phone: MaybeUndefined<String>,
    /// The subject (`sub`) of the contact's access tokens; null for none.
    subject: MaybeUndefined<String>,
    /// The site they work at, one of the caller's organization; null for none.
    site_id: MaybeUndefined<ID>,
    /// Who stands in for them, another contact of the organization; null for nobody.
    backup_contact_id: MaybeUndefined<ID>,
    /// The first day on which they are the contact; null for no first day.
    valid_from: MaybeUndefined<Date>,
    /// The last day on which they are the contact; null for no last day.
    valid_to: MaybeUndefined<Date>,
    /// When they are away: the whole list anew, empty for never.
    away: MaybeUndefined<Vec<AwayPeriod>>,
}

/// Changes a contact.
pub async fn update(writer: &Writer, input: UpdateContactInput) -> Result<ContactId> {
    let UpdateContactInput {
        contact_id,
        expected_version: expected,
        name,
        role,
        email,
        phone,
        subject,
        site_id,
        backup_contact_id,
        valid_from,
        valid_to,
        away,
    } = input;
    let mut operation = writer.begin(permit::UPDATE_CONTACT).await?;
    let mut check = Check::new();
    let id: ContactId = check.id("contactId", &contact_id);
    let organization = operation.organization()?;
    operation.lock(Chain::Organization(organization)).await?;
    let before: contact::Model = operation.one::<contact::Entity, _>(check.needed(id)?).await?;
    if before.organization_id != organization {
        return Err(Error::not_found("contact of your organization"));
    }
    let current = before.clone();
    let after = contact::Model {
        name: check.change("name", name, current.name, |check, name| check.text("name", &name, check::NAME)),
        role: check.change("role", role, current.role, |check, role| check.text("role", &role, check::NAME)),
        email: check.change_or_clear(email, current.email, |check, email| checked_email(check, &email)),
        phone: check.change_or_clear(phone, current.phone, |check, phone| check.text("phone", &phone, 50)),
        subject: check.change_or_clear(subject, current.subject, |check, subject| check.text("subject", &subject, 255)),
        site_id: check.change_or_clear(site_id, current.site_id, |check, id| check.id("siteId", &id)),
        backup_contact_id: check.change_or_clear(backup_contact_id, current.backup_contact_id, |check, id| {
            check.id("backupContactId", &id)
        }),
        valid_from: check.change_or_clear(valid_from, current.valid_from, |_, date| date.into()),
        valid_to: check.change_or_clear(valid_to, current.valid_to, |_, date| date.into()),
        away: check.change("away", away, current.away, checked_away),
        version: before.version + 1,
        ..before.clone()
    };
    check_validity(&mut check, &after);
    check.that(after.backup_contact_id != Some(id), "backupContactId", "a contact cannot stand in for themselves");
    check.finish()?;
    expected_version("contact", expected, before.version)?;
    check_links(&operation, &after).await?;
    operation.update(&before, after).await?;
    operation.commit_private(id, None).await?;
    Ok(id)
}

fn checked_email(check: &mut Check, email: &str) -> String {
    let email = check.text("email", email, 254);
    let shaped = email
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !email.contains(char::is_whitespace));
    check.that(shaped, "email", "is no email address; one looks like name@example.com");
    email
}

fn checked_away(check: &mut Check, away: Vec<AwayPeriod>) -> AwayDates {
    check.that(away.len() <= 100, "away", "has more than 100 periods");
    for (index, period) in away.iter().enumerate().take(100) {
        let (from, to) = (period.from.into(), period.to.into());
        check.range((&format!("away[{index}].from"), from), (&format!("away[{index}].to"), to));
    }
    AwayDates(away)
}

fn check_validity(check: &mut Check, contact: &contact::Model) {
    check.optional_date("validFrom", contact.valid_from);
    check.optional_date("validTo", contact.valid_to);
    if let (Some(from), Some(to)) = (contact.valid_from, contact.valid_to) {
        check.that(from <= to, "validTo", "lies before `validFrom`");
    }
}

/// The site and the backup must be the organization's own.
async fn check_links(operation: &Operation, contact: &contact::Model) -> Result<()> {
    if let Some(id) = contact.site_id {
        let site: site::Model = operation.one::<site::Entity, _>(id).await?;
        own(site.organization_id == contact.organization_id, "siteId", id)?;
    }
    if let Some(id) = contact.backup_contact_id {
        let backup: contact::Model = operation.one::<contact::Entity, _>(id).await?;
        own(backup.organization_id == contact.organization_id, "backupContactId", id)?;
    }
    Ok(())
}

fn own<K: Kind>(is_own: bool, field: &str, _: Id<K>) -> Result<()> {
    if is_own {
        Ok(())
    } else {
        Err(Error::field(format!("input.{field}"), format!("must be a {} of your own organization", K::NAME)))
    }
}

impl Listed for contact::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<contact::Column> {
        SortKey::ascending([contact::Column::Id])
    }
}
