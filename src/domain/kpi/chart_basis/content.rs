//! What a basis says: what both parties sign, in the API's words.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::kpi::said;
use crate::entity::kpi_chart_basis::{KpiChartExclusions, KpiChartPhases, KpiChartType, KpiRuleSet, Model};
use crate::entity::kpi_definition::KpiDefinitionState;
use crate::entity::party::Party;
use crate::error::Result;
use crate::id::{KpiChartBasisId, KpiId, RelationshipId};

/// What a version says. Two versions that say the same have the same digest. The fields are the row's.
#[expect(missing_docs, reason = "the columns of the same names are described with the row")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub kpi_id: KpiId,
    pub chart_type: Option<KpiChartType>,
    pub rule_set: Option<KpiRuleSet>,
    pub phases: KpiChartPhases,
    pub exclusions: KpiChartExclusions,
}

impl Content {
    /// What is said where the parties have agreed on nothing.
    #[must_use]
    pub fn nothing(kpi_id: KpiId) -> Self {
        let (phases, exclusions) = (KpiChartPhases::default(), KpiChartExclusions::default());
        Self { kpi_id, chart_type: None, rule_set: None, phases, exclusions }
    }

    /// What a version says.
    #[must_use]
    pub fn of(version: &Model) -> Self {
        let Model { kpi_id, chart_type, rule_set, phases, exclusions, .. } = version.clone();
        Self { kpi_id, chart_type, rule_set, phases, exclusions }
    }

    /// What a signature is bound to.
    pub(super) fn digest(&self) -> Result<String> {
        said::digest(self)
    }

    /// The row of a version that says this and is proposed.
    pub(super) fn into_row(
        self,
        id: KpiChartBasisId,
        relationship_id: RelationshipId,
        number: i32,
        proposed_by: Party,
        digest: String,
        created_at: DateTime<Utc>,
    ) -> Model {
        Model {
            id,
            kpi_id: self.kpi_id,
            relationship_id,
            number,
            state: KpiDefinitionState::Proposed,
            proposed_by,
            chart_type: self.chart_type,
            rule_set: self.rule_set,
            phases: self.phases,
            exclusions: self.exclusions,
            closed_as: None,
            closed_by: None,
            closed_reason: None,
            closed_at: None,
            digest,
            created_at,
            agreed_at: None,
        }
    }
}
