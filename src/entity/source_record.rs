//! Source records: what the systems of a party say of single deliveries, batches, deviations and the like, from which
//! a definition's rule counts observations.

use async_graphql::Enum;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use super::NoRelation as Relation;
use crate::id::{KpiDatasetId, SiteId};

/// One source record. Once its revision is shared it never changes; a correction copies it into the next one.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "source_record")]
pub struct Model {
    /// The dataset it belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dataset_id: KpiDatasetId,
    /// The revision of the dataset.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    /// What the source system calls it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: String,
    /// The site it is of, or `NO_SITE`.
    pub site_id: SiteId,
    /// What it is about: a product, a material, a batch.
    pub item: Option<String>,
    /// When it began or was opened.
    pub opened_on: Option<NaiveDate>,
    /// When it was to happen, as first agreed. It never changes.
    pub agreed_on: Option<NaiveDate>,
    /// When it was to happen, as agreed later.
    pub revised_on: Option<NaiveDate>,
    /// The code of the reason for which it was revised.
    pub revision_reason: Option<String>,
    /// Who consented to that, and where it is written.
    pub revision_consent: Option<String>,
    /// When it is expected to happen.
    pub estimated_on: Option<NaiveDate>,
    /// When it happened.
    pub actual_on: Option<NaiveDate>,
    /// When the source system was told.
    pub recorded_on: Option<NaiveDate>,
    /// How much was agreed.
    pub agreed_quantity: Option<f64>,
    /// How much it was.
    pub actual_quantity: Option<f64>,
    /// How it ended.
    pub outcome: Option<String>,
    /// The code of the reason why it was otherwise than agreed.
    pub reason_code: Option<String>,
    /// Why it is excluded; it is counted where there is no reason.
    pub excluded_reason: Option<String>,
    /// The first day of the period that it is counted in.
    pub period_start: NaiveDate,
    /// How the definition's rule judged it.
    pub verdict: RecordVerdict,
    /// What it adds to the numerator; none if it is not one of those behind it.
    pub numerator: Option<f64>,
    /// What it adds to the denominator; none if it is not one of those behind it.
    pub denominator: Option<f64>,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How a counting rule judges a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "KpiRecordVerdict")]
pub enum RecordVerdict {
    /// It counts in the numerator and in the denominator.
    Met,
    /// It counts in the denominator alone.
    Missed,
    /// It adds its quantity, its days or itself, where nothing is met or missed.
    Counted,
    /// It cannot be told yet.
    Pending,
    /// It is left out, for the reason that it names.
    Excluded,
    /// It is none of those that the rule is about.
    NotCounted,
}
