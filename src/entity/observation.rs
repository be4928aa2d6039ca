//! Observations: the measured values of a dataset's revision, one for each period and site.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::id::{KpiDatasetId, SiteId};

/// Stands for the site where a definition is not by site: a part of the key cannot be null.
pub const NO_SITE: SiteId = SiteId::new(Uuid::nil());

/// One observation. Once its revision is shared it never changes; a correction copies it into the next one.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "observation")]
pub struct Model {
    /// The dataset it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset_id: KpiDatasetId,
    /// The revision of the dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// The first day of its period.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period_start: NaiveDate,
    /// The site it was measured at, or [`NO_SITE`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    /// The last day of its period.
    pub period_end: NaiveDate,
    /// What was counted or summed.
    pub numerator: Option<f64>,
    /// What it is divided by.
    pub denominator: Option<f64>,
    /// The value, in the definition's unit; there is one if it was reported, and only then.
    pub value: Option<f64>,
    /// Whether there is a value, and if not, why.
    pub status: ObservationStatus,
    /// Why it is excluded, or what else explains the status.
    pub reason: Option<String>,
    /// The system that it was taken from.
    pub source_system: Option<String>,
    /// Its record in that system.
    pub source_record: Option<String>,
    /// What a reader should know.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// What a series joins to read the observations of many datasets in one statement.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The dataset it belongs to.
    #[sea_orm(
        belongs_to = "super::kpi_dataset::Entity",
        from = "Column::DatasetId",
        to = "super::kpi_dataset::Column::Id"
    )]
    Dataset,
}

impl Related<super::kpi_dataset::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Dataset.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether an observation has a value, and if not, why. Missing data is never counted as zero or as 100 %.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ObservationStatus {
    /// It has a value.
    Reported,
    /// There was nothing to measure in the period.
    NoData,
    /// It cannot be told yet: a window that it depends on is still open.
    Pending,
    /// Left out of the KPI, for the reason that stands beside it.
    Excluded,
}
