//! Which chart is asked for, and which part of it.

use async_graphql::ID;
use chrono::NaiveDate;

use crate::domain::check::Check;
use crate::domain::kpi::spc::{ChartType, RuleSet};
use crate::error::Result;
use crate::id::SiteId;
use crate::scalar::Date;

/// The most points that are shown at once.
pub const MOST_SHOWN: i32 = 1_000;

/// The chart that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The kind of chart; left out, the one that the parties agreed, or else the one that fits.
    pub chart_type: Option<ChartType>,
    /// The rules for signals; left out, those that the parties agreed, or else those that are usual for the chart.
    pub rule_set: Option<RuleSet>,
    /// The first day on which a period that is shown may begin.
    pub first: Option<NaiveDate>,
    /// The last day on which a period that is shown may begin.
    pub last: Option<NaiveDate>,
    /// How many of these are shown at most: the latest.
    pub most: usize,
    /// Only this site's observations.
    pub site: Option<SiteId>,
}

impl Asked {
    /// Checks the arguments of a chart.
    pub fn checked(
        chart_type: Option<ChartType>,
        rule_set: Option<RuleSet>,
        (from, to): (Option<Date>, Option<Date>),
        most: i32,
        site: Option<&ID>,
    ) -> Result<Self> {
        let (first, last) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of_arguments();
        check.open_range(("from", first), ("to", last));
        check.that((1..=MOST_SHOWN).contains(&most), "last", format!("must be 1 to {MOST_SHOWN}"));
        let site = check.optional_id("siteId", site.map(|id| id.as_str()));
        check.finish()?;
        Ok(Self { chart_type, rule_set, first, last, most: usize::try_from(most).unwrap_or_default(), site })
    }

    /// The chart of all of a KPI or of one site, as the parties agreed it.
    #[must_use]
    pub fn usual(site: Option<SiteId>) -> Self {
        let most = usize::try_from(MOST_SHOWN).unwrap_or_default();
        Self { chart_type: None, rule_set: None, first: None, last: None, most, site }
    }
}
