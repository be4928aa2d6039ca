//! Proposing a definition: a KPI that is new to the relationship, or a new version of one that it has.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::db::journal;
use crate::domain::check::{self, Check};
use crate::domain::kpi::charter;
use crate::entity::kpi_definition::{self, Column, Entity, KpiDefinitionState as State, Model};
use crate::entity::kpi_definition::{KpiAggregation, KpiDirection, KpiFrequency};
use crate::entity::party::Party;
use crate::entity::{kpi, relationship};
use crate::error::Result;
use crate::id::{KpiDefinitionId, RelationshipId};

/// The longest code.
const CODE: usize = 40;
/// The longest name of a unit.
const UNIT: usize = 40;
/// The notice where the definition names none, in days (T6).
const NOTICE: i32 = 7;
/// The longest notice, in days.
const LONGEST_NOTICE: i32 = 90;

/// A proposed definition. With the code of a KPI that the relationship has, it is a new version of that.
#[derive(Debug, InputObject)]
pub struct ProposeKpiDefinitionInput {
    /// The relationship.
    relationship_id: ID,
    /// The KPI's short name, unique in the relationship, as `OTD` or `LAR-D`: up to 40 letters, digits and
    /// hyphens, beginning with a letter. It is kept in capitals.
    code: String,
    /// The KPI's name, for people, up to 200 characters.
    name: String,
    /// What the parties want to improve by it; both sign that. Up to 2,000 characters.
    purpose: String,
    /// What is counted or summed, up to 2,000 characters.
    numerator: String,
    /// What it is divided by, up to 2,000 characters. A ratio of sums needs one.
    denominator: Option<String>,
    /// The unit of the value, as `%`, `days` or `batches`, up to 40 characters.
    unit: String,
    /// What the numerator divided by the denominator is multiplied by, greater than 0. Left out, it is 100 where
    /// the unit is `%`, and 1 elsewhere.
    scale: Option<f64>,
    /// How values of several sites or periods make one.
    aggregation: KpiAggregation,
    /// Which way is better.
    direction: KpiDirection,
    /// The value that the parties aim at, in the unit. `NEAR_TARGET` needs one.
    target: Option<f64>,
    /// The period of one observation.
    frequency: KpiFrequency,
    /// Whether each site in play has observations of its own. Left out: one observation for the whole
    /// relationship in each period.
    #[graphql(default)]
    by_site: bool,
    /// The party that collects the data.
    collecting_party: Party,
    /// The system that the data comes from, as `SAP EWM`, up to 200 characters.
    source_system: Option<String>,
    /// The days after sharing from which a party may release a dataset without the other's alignment: 0 to 90.
    /// Left out, 7.
    notice_days: Option<i32>,
}

/// Proposes a definition. It takes the place of a proposal that is still open; proposing the open proposal, or
/// what is agreed already, changes nothing.
pub async fn propose(writer: &Writer, input: ProposeKpiDefinitionInput) -> Result<KpiDefinitionId> {
    let mut operation = writer.begin(permit::PROPOSE_KPI_DEFINITION).await?;
    let proposal = Proposal::checked(input)?;
    let relationship = operation.relationship(proposal.relationship_id).await?;
    charter::needed(&operation, relationship.id).await?;
    let digest = journal::digest(&proposal)?;
    let kpi = kpi_with_code(&operation, relationship.id, &proposal.code).await?;
    let latest = match &kpi {
        Some(kpi) => latest_version(&operation, kpi).await?,
        None => None,
    };
    if let Some(latest) = &latest {
        if latest.digest == digest && matches!(latest.state, State::Proposed | State::Agreed) {
            return Ok(latest.id);
        }
        if latest.state == State::Proposed {
            operation.update(latest, Model { state: State::Replaced, ..latest.clone() }).await?;
        }
    }
    let kpi = match kpi {
        Some(kpi) => kpi,
        None => new_kpi(&mut operation, &relationship, proposal.code.clone()).await?,
    };
    let id = operation.new_id();
    let number = latest.map_or(0, |latest| latest.number) + 1;
    let row = proposal.into_row(id, &kpi, number, operation.party(&relationship)?, digest, operation.at());
    operation.insert(row).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

/// A proposal whose fields are all valid: what both parties sign, in the API's words.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proposal {
    relationship_id: RelationshipId,
    code: String,
    name: String,
    purpose: String,
    numerator: String,
    denominator: Option<String>,
    unit: String,
    scale: f64,
    aggregation: KpiAggregation,
    direction: KpiDirection,
    target: Option<f64>,
    frequency: KpiFrequency,
    by_site: bool,
    collecting_party: Party,
    source_system: Option<String>,
    notice_days: i32,
}

impl Proposal {
    fn checked(input: ProposeKpiDefinitionInput) -> Result<Self> {
        let ProposeKpiDefinitionInput {
            relationship_id,
            code,
            name,
            purpose,
            numerator,
            denominator,
            unit,
            scale,
            aggregation,
            direction,
            target,
            frequency,
            by_site,
            collecting_party,
            source_system,
            notice_days,
        } = input;
        let mut check = Check::new();
        let unit = check.text("unit", &unit, UNIT);
        let usual_scale = if unit == "%" { 100.0 } else { 1.0 };
        let proposal = Self {
            relationship_id: check.id("relationshipId", &relationship_id),
            code: checked_code(&mut check, "code", &code),
            name: check.text("name", &name, check::NAME),
            purpose: check.text("purpose", &purpose, check::NOTE),
            numerator: check.text("numerator", &numerator, check::NOTE),
            denominator: check.optional_text("denominator", denominator.as_deref(), check::NOTE),
            unit,
            scale: check.number("scale", scale.unwrap_or(usual_scale)),
            aggregation,
            direction,
            target: check.optional_number("target", target),
            frequency,
            by_site,
            collecting_party,
            source_system: check.optional_text("sourceSystem", source_system.as_deref(), check::NAME),
            notice_days: notice_days.unwrap_or(NOTICE),
        };
        check.that(proposal.scale > 0.0, "scale", "must be greater than 0");
        check.that(
            aggregation != KpiAggregation::RatioOfSums || proposal.denominator.is_some(),
            "denominator",
            "is missing: a ratio of sums divides by one",
        );
        check.that(
            direction != KpiDirection::NearTarget || target.is_some(),
            "target",
            "is missing: say what nearer to the target is nearer to",
        );
        check.that(
            (0..=LONGEST_NOTICE).contains(&proposal.notice_days),
            "noticeDays",
            format!("must be 0 to {LONGEST_NOTICE} days"),
        );
        check.finish()?;
        Ok(proposal)
    }

    fn into_row(
        self,
        id: KpiDefinitionId,
        kpi: &kpi::Model,
        number: i32,
        proposed_by: Party,
        digest: String,
        created_at: chrono::DateTime<chrono::Utc>,
    ) -> Model {
        Model {
            id,
            kpi_id: kpi.id,
            relationship_id: self.relationship_id,
            number,
            state: State::Proposed,
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
            digest,
            created_at,
            agreed_at: None,
        }
    }
}

/// A KPI's code, in capitals.
pub(super) fn checked_code(check: &mut Check, field: &str, code: &str) -> String {
    let code = code.trim().to_ascii_uppercase();
    let well_formed = (1..=CODE).contains(&code.len())
        && code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
    check.that(
        well_formed,
        field,
        format!("must be 1 to {CODE} letters, digits and hyphens, beginning with a letter, as OTD or LAR-D"),
    );
    code
}

async fn kpi_with_code(operation: &Operation, relationship: RelationshipId, code: &str) -> Result<Option<kpi::Model>> {
    let select = operation
        .find::<kpi::Entity>()
        .filter(kpi::Column::RelationshipId.eq(relationship))
        .filter(kpi::Column::Code.eq(code));
    Ok(select.one(operation.transaction()).await?)
}

async fn latest_version(operation: &Operation, kpi: &kpi::Model) -> Result<Option<kpi_definition::Model>> {
    let select = operation.find::<Entity>().filter(Column::KpiId.eq(kpi.id)).order_by_desc(Column::Number);
    Ok(select.one(operation.transaction()).await?)
}

async fn new_kpi(operation: &mut Operation, relationship: &relationship::Model, code: String) -> Result<kpi::Model> {
    let row = kpi::Model {
        id: operation.new_id(),
        relationship_id: relationship.id,
        code,
        agreed_number: None,
        version: 1,
        created_at: operation.at(),
    };
    operation.insert(row.clone()).await?;
    Ok(row)
}
