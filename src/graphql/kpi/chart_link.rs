//! Signed links to the pictures of a KPI's charts.

use std::ops::RangeInclusive;

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::access::link::Links;
use crate::access::reader::Reader;
use crate::access::visibility::as_leadership;
use crate::domain::check::Check;
use crate::domain::kpi::chart::Asked;
use crate::entity::kpi_chart_basis::{KpiChartType, KpiRuleSet};
use crate::error::{Error, Result};
use crate::graphql::cost::{NOTE, cost};
use crate::id::KpiId;
use crate::picture::{Frame, HEIGHTS, PictureAsked, Theme, WIDTHS};
use crate::scalar::Date;

/// The longest that a link may be good for, in minutes.
const MOST_MINUTES: i32 = 60;

/// A signed link to a picture. Whoever has it sees what the caller who asked for it sees at that moment, or, if that was
/// asked for, what leadership sees; until it ends or the token that it was made with is revoked. It names that caller.
#[derive(SimpleObject)]
pub struct KpiChartLink {
    /// Where the picture is. Use it as it is: it is good for this picture alone.
    #[graphql(directive = cost::apply(NOTE))]
    url: String,
    /// When the link ends: not later than the token that it was asked for with.
    expires_at: DateTime<Utc>,
}

/// Which picture a link shall lead to, and how long it shall be good, as they were given.
pub(super) struct LinkAsked {
    pub(super) chart_type: Option<KpiChartType>,
    pub(super) rule_set: Option<KpiRuleSet>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    pub(super) site_id: Option<ID>,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) theme: Theme,
    pub(super) valid_minutes: i32,
    pub(super) released_only: bool,
}

impl LinkAsked {
    fn check(self, kpi: KpiId) -> Result<(PictureAsked, TimeDelta)> {
        let Self { chart_type, rule_set, from, to, site_id, width, height, theme, valid_minutes, released_only: _ } =
            self;
        let (first, last) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of_arguments();
        check.open_range(("from", first), ("to", last));
        let site = check.optional_id("siteId", site_id.as_ref().map(|id| id.as_str()));
        let (width, height) = (side(&mut check, "width", width, WIDTHS), side(&mut check, "height", height, HEIGHTS));
        let is_good = (1..=MOST_MINUTES).contains(&valid_minutes);
        check.that(is_good, "validMinutes", format!("must be 1 to {MOST_MINUTES}"));
        check.finish()?;
        let chart = Asked { chart_type, rule_set, first, last, ..Asked::usual(site) };
        let picture = PictureAsked { kpi, chart, frame: Frame { width, height, theme } };
        Ok((picture, TimeDelta::minutes(valid_minutes.into())))
    }
}

fn side(check: &mut Check, field: &str, pixels: i32, range: RangeInclusive<u16>) -> u16 {
    let checked = u16::try_from(pixels).ok().filter(|pixels| range.contains(pixels));
    check.that(checked.is_some(), field, format!("must be {} to {} pixels", range.start(), range.end()));
    checked.unwrap_or(*range.start())
}

/// A link for who reads.
pub(super) fn link_to(kpi: KpiId, asked: LinkAsked, links: &Links, reader: &Reader) -> Result<KpiChartLink> {
    let released_only = asked.released_only;
    let (picture, validity) = asked.check(kpi)?;
    let Links { key, base } = links;
    let key = key.as_ref().ok_or_else(|| {
        let message = "this service makes no links: ask its operator to set link_secret, or send your token with the request for the picture";
        Error::Forbidden { scopes: Vec::new(), message: message.to_owned() }
    })?;
    let viewer = reader.viewer();
    let expires_at = (reader.now() + validity).min(viewer.expires_at);
    let target = picture.path_and_query();
    let link = if released_only {
        key.sign(&target, &as_leadership(viewer), expires_at)
    } else {
        key.sign(&target, viewer, expires_at)
    };
    Ok(KpiChartLink { url: format!("{base}{target}&link={link}"), expires_at })
}
