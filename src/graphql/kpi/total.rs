//! What a range of a KPI's periods makes, and how far it reaches the target.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::series::KpiPointCounts;
use crate::access::permit;
use crate::domain::kpi::series::{BySiteOf, RangeTotal, Section, TotalOf};
use crate::entity::observation::ObservationStatus;
use crate::graphql::context::ContextExt;
use crate::graphql::scopes::{Field, one, requires_scopes};
use crate::graphql::site::{Site, site_by_id};
use crate::id::{KpiId, SiteId};

/// What it costs to read all observations of a range.
pub const WHOLE_RANGE: i32 = 400;

/// The most sites that are compared: 100 of each party.
pub const SITES: i32 = 200;

/// How many periods reach the target.
#[derive(SimpleObject)]
pub struct KpiAttainment {
    /// The periods that reach the target, each by the definition version that measured it.
    met: i32,
    /// The periods of which that can be told: those with a value, measured by a version with a target.
    judged: i32,
    /// The first number over the second, from 0 to 1; null where there is nothing to judge.
    share: Option<f64>,
}

/// What a range of periods makes together.
pub struct KpiTotal(RangeTotal);

/// What a range of periods makes together, as the definition aggregates over sites and over time. Missing data is never
/// counted as zero or as 100 %.
#[Object]
impl KpiTotal {
    /// The value, in the unit. Null where none was reported, and where it is not comparable.
    async fn value(&self) -> Option<f64> {
        self.0.made.as_ref().and_then(|(total, _)| total.value)
    }

    /// The sum of the reported numerators, for a ratio of sums.
    async fn numerator(&self) -> Option<f64> {
        self.0.made.as_ref().and_then(|(total, _)| total.numerator)
    }

    /// The sum of the reported denominators, for a ratio of sums.
    async fn denominator(&self) -> Option<f64> {
        self.0.made.as_ref().and_then(|(total, _)| total.denominator)
    }

    /// The unit of the value; null where there is no period, or they are not comparable.
    async fn unit(&self) -> Option<&str> {
        self.0.made.as_ref().map(|(_, unit)| unit.as_str())
    }

    /// `REPORTED` where there is a value. Elsewhere `PENDING` if an observation is not known yet, or else `EXCLUDED`
    /// if one was left out, or else `NO_DATA`. Null where the periods are not comparable.
    async fn status(&self) -> Option<ObservationStatus> {
        match &self.0.made {
            Some((total, _)) => Some(total.status),
            None => (self.0.periods == 0).then_some(ObservationStatus::NoData),
        }
    }

    /// Whether all periods were measured by versions that say alike what a value is: its unit, its scale, and how it is
    /// aggregated. Where they do not there is no value for all: ask for each range by itself.
    async fn comparable(&self) -> bool {
        self.0.made.is_some() || self.0.periods == 0
    }

    /// What the value is made of, and what is not in it.
    async fn counts(&self) -> KpiPointCounts {
        self.0.counts.into()
    }

    /// The number of periods of datasets in the range.
    async fn periods(&self) -> i32 {
        self.0.periods
    }

    /// The number of those periods that have a value.
    async fn reported_periods(&self) -> i32 {
        self.0.reported_periods
    }

    /// How many of the periods reach the target.
    async fn attainment(&self) -> KpiAttainment {
        let (met, judged) = (self.0.attainment.met, self.0.attainment.judged);
        KpiAttainment { met, judged, share: (judged > 0).then(|| f64::from(met) / f64::from(judged)) }
    }

    /// Whether a dataset of the range is being corrected: a later revision is not released yet, so that leadership reads
    /// the one before. The working level reads the current revisions, of which this is false.
    async fn under_correction(&self) -> bool {
        self.0.under_correction
    }
}

/// What one site makes of a range of periods.
pub struct KpiSiteTotal {
    site: SiteId,
    total: RangeTotal,
}

/// What one site makes of a range of periods.
#[Object]
impl KpiSiteTotal {
    /// The site's id.
    async fn site_id(&self) -> ID {
        self.site.into()
    }

    /// The site, if the caller may see it.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn site(&self, ctx: &Context<'_>) -> Field<Site> {
        one(ctx, permit::READ_RELATIONSHIPS, async move { site_by_id(ctx, self.site).await }).await
    }

    /// What its observations make. A period in which it has none is one without a value.
    async fn total(&self) -> KpiTotal {
        KpiTotal(self.total.clone())
    }
}

/// What a section of a KPI's periods makes.
pub async fn total_of(ctx: &Context<'_>, kpi: KpiId, section: Section) -> Result<Option<KpiTotal>> {
    let total = ctx.reads().load(TotalOf { kpi, section: Arc::new(section) }).await?;
    Ok(total.map(KpiTotal))
}

/// What each site makes of it.
pub async fn site_comparison_of(ctx: &Context<'_>, kpi: KpiId, section: Section) -> Result<Vec<KpiSiteTotal>> {
    let sites = ctx.reads().load(BySiteOf(TotalOf { kpi, section: Arc::new(section) })).await?;
    Ok(sites.unwrap_or_default().into_iter().map(|(site, total)| KpiSiteTotal { site, total }).collect())
}
