//! Lists of datasets, of their revisions and of their observations.

use async_graphql::{Enum, ID, InputObject};
use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Condition};

use crate::access::viewer::Viewer;
use crate::access::visibility::stages_meant;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{Check, distinct};
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::kpi_dataset_revision;
use crate::error::Result;
use crate::id::{KpiId, RelationshipId};
use crate::scalar::Date;

/// Narrows a list of datasets.
#[derive(Debug, Default, InputObject)]
pub struct KpiDatasetFilter {
    /// Only those of this relationship.
    relationship_id: Option<ID>,
    /// Only those of this KPI.
    kpi_id: Option<ID>,
    /// Only those at one of these stages, as the caller sees them: for leadership all are `RELEASED`.
    stages: Option<Vec<KpiDatasetStage>>,
    /// Only those that cover this day or a later one.
    from: Option<Date>,
    /// Only those that cover this day or an earlier one.
    to: Option<Date>,
}

/// The filter, resolved for one caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    relationship: Option<RelationshipId>,
    kpi: Option<KpiId>,
    stages: Option<Vec<KpiDatasetStage>>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl KpiDatasetFilter {
    /// Resolves the filter for one caller.
    pub fn resolve(self, viewer: &Viewer) -> Result<Narrowing> {
        let Self { relationship_id, kpi_id, stages, from, to } = self;
        let (from, to) = (from.map(NaiveDate::from), to.map(NaiveDate::from));
        let mut check = Check::of("filter");
        let relationship = check.optional_id("relationshipId", relationship_id.as_deref().map(String::as_str));
        let kpi = check.optional_id("kpiId", kpi_id.as_deref().map(String::as_str));
        check.open_range(("from", from), ("to", to));
        check.finish()?;
        let stages = stages.and_then(|stages| stages_meant(viewer, distinct(stages)));
        Ok(Narrowing { relationship, kpi, stages, from, to })
    }
}

/// How a list of datasets is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum KpiDatasetOrder {
    /// The earliest period first.
    #[default]
    PeriodAsc,
    /// The latest period first.
    PeriodDesc,
}

impl Listed for kpi_dataset::Entity {
    type Filter = Narrowing;
    type Order = KpiDatasetOrder;

    fn matching(filter: &Narrowing) -> Condition {
        use kpi_dataset::Column::{KpiId, PeriodEnd, PeriodStart, RelationshipId, Stage};
        let Narrowing { relationship, kpi, stages, from, to } = filter;
        Condition::all()
            .add_option(relationship.map(|id| RelationshipId.eq(id)))
            .add_option(kpi.map(|id| KpiId.eq(id)))
            .add_option(stages.as_ref().map(|stages| Stage.is_in(stages.iter().copied())))
            .add_option(from.map(|from| PeriodEnd.gte(from)))
            .add_option(to.map(|to| PeriodStart.lte(to)))
    }

    fn sort_key(order: KpiDatasetOrder) -> SortKey<kpi_dataset::Column> {
        use kpi_dataset::Column::{Id, PeriodStart};
        match order {
            KpiDatasetOrder::PeriodAsc => SortKey::ascending([PeriodStart, Id]),
            KpiDatasetOrder::PeriodDesc => SortKey::descending([PeriodStart, Id]),
        }
    }
}

impl Listed for kpi_dataset_revision::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<kpi_dataset_revision::Column> {
        SortKey::ascending([kpi_dataset_revision::Column::Number, kpi_dataset_revision::Column::Id])
    }
}
