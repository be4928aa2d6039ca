//! What a definition version says: what both parties sign, in the API's words.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::kpi::said;
use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi;
use crate::entity::kpi_definition::{
    KpiAggregation, KpiAggregationOverTime, KpiCalendar, KpiDataKind, KpiDefinitionState, KpiDirection, KpiFrequency,
    Model,
};
use crate::entity::kpi_review::KpiReview;
use crate::entity::party::Party;
use crate::entity::reason_code::ReasonCodes;
use crate::error::Result;
use crate::id::{KpiDefinitionId, RelationshipId};

/// What a version says. Two versions that say the same have the same digest. The fields are the row's.
#[expect(missing_docs, reason = "the columns of the same names are described with the row")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub relationship_id: RelationshipId,
    pub code: String,
    pub template: Option<String>,
    pub name: String,
    pub purpose: String,
    pub formula: Option<String>,
    pub numerator: String,
    pub denominator: Option<String>,
    pub unit: String,
    pub scale: f64,
    pub data_kind: Option<KpiDataKind>,
    pub aggregation: KpiAggregation,
    pub aggregation_over_time: Option<KpiAggregationOverTime>,
    pub direction: KpiDirection,
    pub target: Option<f64>,
    pub attention_threshold: Option<f64>,
    pub critical_threshold: Option<f64>,
    pub frequency: KpiFrequency,
    pub calendar: Option<KpiCalendar>,
    pub year_start_month: Option<i32>,
    pub by_site: bool,
    pub collecting_party: Party,
    pub source_system: Option<String>,
    pub collection_method: Option<String>,
    pub counting_rule: Option<CountingRule>,
    pub exclusions: Option<String>,
    pub reason_codes: Option<ReasonCodes>,
    pub review: Option<KpiReview>,
    pub notice_days: i32,
    pub valid_from: Option<NaiveDate>,
}

impl Content {
    /// What a version of the KPI with this code says.
    #[must_use]
    pub fn of(code: &str, version: &Model) -> Self {
        let version = version.clone();
        Self {
            relationship_id: version.relationship_id,
            code: code.to_owned(),
            template: version.template,
            name: version.name,
            purpose: version.purpose,
            formula: version.formula,
            numerator: version.numerator,
            denominator: version.denominator,
            unit: version.unit,
            scale: version.scale,
            data_kind: version.data_kind,
            aggregation: version.aggregation,
            aggregation_over_time: version.aggregation_over_time,
            direction: version.direction,
            target: version.target,
            attention_threshold: version.attention_threshold,
            critical_threshold: version.critical_threshold,
            frequency: version.frequency,
            calendar: version.calendar,
            year_start_month: version.year_start_month,
            by_site: version.by_site,
            collecting_party: version.collecting_party,
            source_system: version.source_system,
            collection_method: version.collection_method,
            counting_rule: version.counting_rule,
            exclusions: version.exclusions,
            reason_codes: version.reason_codes,
            review: version.review,
            notice_days: version.notice_days,
            valid_from: version.valid_from,
        }
    }

    /// The row of a version that says this and is proposed.
    pub(super) fn into_row(
        self,
        id: KpiDefinitionId,
        kpi: &kpi::Model,
        number: i32,
        proposed_by: Party,
        digest: String,
        created_at: DateTime<Utc>,
    ) -> Model {
        Model {
            id,
            kpi_id: kpi.id,
            relationship_id: self.relationship_id,
            number,
            state: KpiDefinitionState::Proposed,
            proposed_by,
            name: self.name,
            purpose: self.purpose,
            numerator: self.numerator,
            denominator: self.denominator,
            unit: self.unit,
            scale: self.scale,
            aggregation: self.aggregation,
            direction: self.direction,
            target: self.target,
            frequency: self.frequency,
            by_site: self.by_site,
            collecting_party: self.collecting_party,
            source_system: self.source_system,
            notice_days: self.notice_days,
            template: self.template,
            formula: self.formula,
            data_kind: self.data_kind,
            aggregation_over_time: self.aggregation_over_time,
            attention_threshold: self.attention_threshold,
            critical_threshold: self.critical_threshold,
            collection_method: self.collection_method,
            calendar: self.calendar,
            year_start_month: self.year_start_month,
            counting_rule: self.counting_rule,
            exclusions: self.exclusions,
            reason_codes: self.reason_codes,
            review: self.review,
            valid_from: self.valid_from,
            effective_on: None,
            closed_as: None,
            closed_by: None,
            closed_reason: None,
            closed_at: None,
            digest,
            created_at,
            agreed_at: None,
        }
    }

    /// What a signature is bound to.
    pub fn digest(&self) -> Result<String> {
        said::digest(self)
    }
}
