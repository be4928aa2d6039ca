//! Alignment: each party signs that a revision's numbers are right (T6, T7), and sets its own reading of them
//! beside the other's (T9).

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, QueryFilter};

use super::share::revision;
use super::target::Target;
use crate::access::permit::dataset as permits;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::{self, Check, expected_version};
use crate::domain::kpi::signature::{self, Signable};
use crate::entity::interpretation;
use crate::entity::kpi_dataset::{self, KpiDatasetStage};
use crate::entity::party::Party;
use crate::error::{Error, Result, Rule};
use crate::id::{Kind, KpiDatasetId, kind};

/// What an alignment says.
const MEANING: &str = "These are the numbers.";

/// A party's signature under a revision.
#[derive(Debug, InputObject)]
pub struct AlignKpiDatasetInput {
    /// The dataset.
    kpi_dataset_id: ID,
    /// The number of the revision that the caller has read.
    revision: i32,
    /// The digest of that revision, as the caller has read it: exactly what is signed.
    digest: String,
}

/// Signs for the caller's party. When both have signed, the dataset is aligned.
pub async fn align(writer: &Writer, input: AlignKpiDatasetInput) -> Result<KpiDatasetId> {
    let AlignKpiDatasetInput { kpi_dataset_id, revision: number, digest } = input;
    let mut operation = writer.begin(permits::ALIGN.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::ALIGN).await?;
    target.expect_revision(number)?;
    let shared = revision(&operation, id, number).await?;
    let before = target.dataset;
    let object = Signable {
        relationship_id: before.relationship_id,
        id,
        revision: number,
        meaning: MEANING,
        digest: &shared.digest,
    };
    let standing = signature::sign(&mut operation, object, target.party, &digest).await?;
    if signature::signed_by_both(&standing) {
        move_to(&mut operation, &before, KpiDatasetStage::Aligned).await?;
    }
    operation.commit_shared(before.relationship_id, id, None).await?;
    Ok(id)
}

/// A signature to take back.
#[derive(Debug, InputObject)]
pub struct WithdrawKpiAlignmentInput {
    /// The dataset.
    kpi_dataset_id: ID,
    /// The number of the revision that the caller's party signed.
    revision: i32,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Takes the caller's party's signature back, until the revision is released.
pub async fn withdraw(writer: &Writer, input: WithdrawKpiAlignmentInput) -> Result<KpiDatasetId> {
    let WithdrawKpiAlignmentInput { kpi_dataset_id, revision: number, reason } = input;
    let mut operation = writer.begin(permits::WITHDRAW.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let reason = check.text("reason", &reason, check::NOTE);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::WITHDRAW).await?;
    target.expect_revision(number)?;
    let standing = signature::standing(&operation, id.uuid(), number).await?;
    let own = standing.iter().find(|signature| signature.party == target.party);
    let own = own.ok_or_else(|| Error::precondition(Rule::T7, "your party has not signed this revision"))?;
    signature::withdraw(&mut operation, own, &reason).await?;
    let before = target.dataset;
    if before.stage == KpiDatasetStage::Aligned {
        move_to(&mut operation, &before, KpiDatasetStage::Shared).await?;
    }
    operation.commit_shared(before.relationship_id, id, Some(reason)).await?;
    Ok(id)
}

async fn move_to(operation: &mut Operation, before: &kpi_dataset::Model, stage: KpiDatasetStage) -> Result<()> {
    let version = before.version + 1;
    let after = kpi_dataset::Model { stage, version, updated_at: operation.at(), ..before.clone() };
    operation.update(before, after).await
}

/// A party's reading of a revision.
#[derive(Debug, InputObject)]
pub struct InterpretKpiDatasetInput {
    /// The dataset.
    kpi_dataset_id: ID,
    /// The number of the revision that the caller has read.
    revision: i32,
    /// What the numbers mean in the party's own words, up to 10,000 characters. It takes the place of what the party
    /// said before; the journal keeps both.
    text: String,
    /// The version of the party's own reading that the caller has read; needed where there is one already.
    expected_version: Option<i32>,
}

/// Sets the caller's party's reading beside the other's.
pub async fn interpret(writer: &Writer, input: InterpretKpiDatasetInput) -> Result<KpiDatasetId> {
    let InterpretKpiDatasetInput { kpi_dataset_id, revision: number, text, expected_version: expected } = input;
    let mut operation = writer.begin(permits::INTERPRET.permit).await?;
    let mut check = Check::new();
    let id: KpiDatasetId = check.id("kpiDatasetId", &kpi_dataset_id);
    let text = check.text("text", &text, check::TEXT);
    check.finish()?;
    let target = Target::shared(&mut operation, id, &permits::INTERPRET).await?;
    target.expect_revision(number)?;
    let relationship_id = target.dataset.relationship_id;
    let (issuer, subject) = (operation.author().issuer.clone(), operation.author().subject.clone());
    let at = operation.at();
    if let Some(before) = reading(&operation, id, number, target.party).await? {
        // 0 is no version: who has read none must read first.
        expected_version(kind::Interpretation::NAME, expected.unwrap_or(0), before.version)?;
        let version = before.version + 1;
        let after = interpretation::Model { text, issuer, subject, version, updated_at: at, ..before.clone() };
        operation.update(&before, after).await?;
    } else {
        let row = interpretation::Model {
            id: operation.new_id(),
            relationship_id,
            dataset_id: id,
            revision: number,
            party: target.party,
            text,
            issuer,
            subject,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        operation.insert(row).await?;
    }
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(id)
}

/// A party's reading of a revision, if it has given one.
pub async fn reading(
    operation: &Operation,
    dataset: KpiDatasetId,
    revision: i32,
    party: Party,
) -> Result<Option<interpretation::Model>> {
    use interpretation::{Column, Entity};
    let select = operation
        .find::<Entity>()
        .filter(Column::DatasetId.eq(dataset))
        .filter(Column::Revision.eq(revision))
        .filter(Column::Party.eq(party));
    Ok(select.one(operation.transaction()).await?)
}
