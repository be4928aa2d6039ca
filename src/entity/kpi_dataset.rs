//! Datasets: the observations of one KPI for one reporting period, moving through the stages as one.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use super::party::Party;
use crate::id::{KpiDatasetId, KpiDefinitionId, KpiId, RelationshipId};

/// One dataset, as it stands now; its past is in the revisions.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "kpi_dataset")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KpiDatasetId,
    /// The relationship it belongs to.
    pub relationship_id: RelationshipId,
    /// The KPI it measures.
    pub kpi_id: KpiId,
    /// The agreed definition version it is measured by.
    pub definition_id: KpiDefinitionId,
    /// Who collects the data, as that version says.
    pub collecting_party: Party,
    /// The first day of the reporting period.
    pub period_start: NaiveDate,
    /// The last day of the reporting period.
    pub period_end: NaiveDate,
    /// How far the current revision has come.
    pub stage: KpiDatasetStage,
    /// The current revision, from 1.
    pub revision: i32,
    /// The last revision that was released: the one that leadership reads.
    pub released_revision: Option<i32>,
    /// The digest of a draft's observations, and records. None from sharing on, when each revision has its own.
    pub draft_digest: Option<String>,
    /// The day that the records of the current revision are as of; none where observations are recorded ready-made.
    pub data_as_of: Option<NaiveDate>,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a dataset has come, and so who reads it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiDatasetStage {
    /// Being collected: it exists for the collecting party alone.
    Draft,
    /// The working level of both parties reads the same observations. They no longer change in place; a
    /// correction makes a new revision and brings the dataset back to this stage.
    Shared,
    /// Both parties have signed that these are the numbers.
    Aligned,
    /// Leadership of both parties reads it too, from the same moment.
    Released,
}
