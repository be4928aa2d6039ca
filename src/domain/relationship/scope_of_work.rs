//! Scopes of work, proposed by one party and agreed by the other, with their milestones.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{NaiveDate, TimeDelta};
use sea_orm::Condition;

use crate::access::permit;
use crate::access::permit::scope_of_work::{self as permits, AGREE, Answer, DECLINE};
use crate::access::writer::{Operation, Writer};
use crate::db::page::{Listed, SortKey};
use crate::domain::check::{self, Check, expected_version};
use crate::entity::milestone;
use crate::entity::scope_of_work::{self, ScopeOfWorkState};
use crate::error::Result;
use crate::id::{MilestoneId, RelationshipId, ScopeOfWorkId};
use crate::scalar::Date;

/// A proposed scope of work.
#[derive(Debug, InputObject)]
pub struct ProposeScopeOfWorkInput {
    /// The relationship.
    relationship_id: ID,
    /// Its name, up to 200 characters.
    name: String,
    /// What is to be done, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// The first day of the work.
    starts_on: Option<Date>,
    /// The last day of the work.
    ends_on: Option<Date>,
}

/// Proposes a scope of work to the counterparty.
pub async fn propose(writer: &Writer, input: ProposeScopeOfWorkInput) -> Result<ScopeOfWorkId> {
    let ProposeScopeOfWorkInput { relationship_id, name, description, starts_on, ends_on } = input;
    let (starts_on, ends_on) = (starts_on.map(NaiveDate::from), ends_on.map(NaiveDate::from));
    let mut operation = writer.begin(permit::PROPOSE_SCOPE_OF_WORK).await?;
    let mut check = Check::new();
    let relationship_id: RelationshipId = check.id("relationshipId", &relationship_id);
    let name = check.text("name", &name, check::NAME);
    let description = check.optional_text("description", Some(&description), check::TEXT).unwrap_or_default();
    check.open_range(("startsOn", starts_on), ("endsOn", ends_on));
    check.finish()?;
    let relationship = operation.relationship(relationship_id).await?;
    let id = operation.new_id();
    let row = scope_of_work::Model {
        id,
        relationship_id,
        name,
        description,
        starts_on,
        ends_on,
        state: ScopeOfWorkState::Proposed,
        proposed_by: operation.party(&relationship)?,
        proposer_issuer: operation.author().issuer.clone(),
        proposer_subject: operation.author().subject.clone(),
        state_reason: None,
        version: 1,
        created_at: operation.at(),
    };
    operation.insert(row).await?;
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(id)
}

/// An agreement to a scope of work.
#[derive(Debug, InputObject)]
pub struct AgreeScopeOfWorkInput {
    /// The scope of work.
    scope_of_work_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
}

/// Agrees to the counterparty's scope of work.
pub async fn agree(writer: &Writer, input: AgreeScopeOfWorkInput) -> Result<ScopeOfWorkId> {
    let AgreeScopeOfWorkInput { scope_of_work_id, expected_version } = input;
    let mut check = Check::new();
    let id = check.id("scopeOfWorkId", &scope_of_work_id);
    answer(writer, AGREE, check, id, expected_version, None).await
}

/// A refusal of a scope of work.
#[derive(Debug, InputObject)]
pub struct DeclineScopeOfWorkInput {
    /// The scope of work.
    scope_of_work_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// Why, for both parties to read, up to 2,000 characters.
    reason: String,
}

/// Declines the counterparty's scope of work.
pub async fn decline(writer: &Writer, input: DeclineScopeOfWorkInput) -> Result<ScopeOfWorkId> {
    let DeclineScopeOfWorkInput { scope_of_work_id, expected_version, reason } = input;
    let mut check = Check::new();
    let id = check.id("scopeOfWorkId", &scope_of_work_id);
    let reason = Some(check.text("reason", &reason, check::NOTE));
    answer(writer, DECLINE, check, id, expected_version, reason).await
}

async fn answer(
    writer: &Writer,
    answer: Answer,
    check: Check,
    id: ScopeOfWorkId,
    expected: i32,
    reason: Option<String>,
) -> Result<ScopeOfWorkId> {
    let mut operation = writer.begin(answer.permit).await?;
    check.finish()?;
    let (relationship, before) = operation.under::<scope_of_work::Entity, _>(id).await?;
    expected_version("scope of work", expected, before.version)?;
    permits::answer(&before, operation.party(&relationship)?)?;
    if answer == AGREE {
        operation.consents_to(&before)?;
    }
    let after = scope_of_work::Model {
        state: answer.to,
        state_reason: reason.clone(),
        version: before.version + 1,
        ..before.clone()
    };
    operation.update(&before, after).await?;
    operation.commit_shared(relationship.id, id, reason).await?;
    Ok(id)
}

/// A new milestone.
#[derive(Debug, InputObject)]
pub struct CreateMilestoneInput {
    /// The scope of work it belongs to: one that the caller's party has proposed.
    scope_of_work_id: ID,
    /// Its name, up to 200 characters.
    name: String,
    /// The date that is planned. It never changes; what is expected later goes to the forecast.
    planned_on: Date,
    /// The date that is expected, where it differs from the plan.
    forecast_on: Option<Date>,
}

/// Adds a milestone to what the counterparty is asked to agree to.
pub async fn create_milestone(writer: &Writer, input: CreateMilestoneInput) -> Result<MilestoneId> {
    let CreateMilestoneInput { scope_of_work_id, name, planned_on, forecast_on } = input;
    let (planned_on, forecast_on) = (planned_on.into(), forecast_on.map(NaiveDate::from));
    let mut operation = writer.begin(permit::CREATE_MILESTONE).await?;
    let mut check = Check::new();
    let scope_id: ScopeOfWorkId = check.id("scopeOfWorkId", &scope_of_work_id);
    let name = check.text("name", &name, check::NAME);
    check.date("plannedOn", planned_on);
    check.optional_date("forecastOn", forecast_on);
    check.finish()?;
    let (relationship, scope) = operation.under::<scope_of_work::Entity, _>(scope_id).await?;
    permits::add_milestone(&scope, operation.party(&relationship)?)?;
    let id = operation.new_id();
    let row = milestone::Model {
        id,
        scope_of_work_id: scope_id,
        relationship_id: relationship.id,
        name,
        planned_on,
        forecast_on,
        actual_on: None,
        version: 1,
        created_at: operation.at(),
    };
    operation.insert(row).await?;
    // Who has read the scope of work without this milestone agrees to something else.
    let with_it = scope_of_work::Model { version: scope.version + 1, ..scope.clone() };
    operation.touch(&scope, with_it).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

/// A change of a milestone. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateMilestoneInput {
    /// The milestone.
    milestone_id: ID,
    /// The version that the caller has read.
    expected_version: i32,
    /// The date that is expected now; null means as planned.
    forecast_on: MaybeUndefined<Date>,
    /// The date on which it was reached, which cannot be still to come; null means not yet.
    actual_on: MaybeUndefined<Date>,
}

/// Changes a milestone's forecast or records when it was reached.
pub async fn update_milestone(writer: &Writer, input: UpdateMilestoneInput) -> Result<MilestoneId> {
    let UpdateMilestoneInput { milestone_id, expected_version: expected, forecast_on, actual_on } = input;
    let mut operation = writer.begin(permit::UPDATE_MILESTONE).await?;
    let mut check = Check::new();
    let id: MilestoneId = check.id("milestoneId", &milestone_id);
    let (relationship, before) = operation.under::<milestone::Entity, _>(check.needed(id)?).await?;
    let scope: scope_of_work::Model = operation.one::<scope_of_work::Entity, _>(before.scope_of_work_id).await?;
    permits::record_progress(&scope)?;
    let after = milestone::Model {
        forecast_on: check
            .change_or_clear(forecast_on, before.forecast_on, |check, date| check.date("forecastOn", date.into())),
        actual_on: check
            .change_or_clear(actual_on, before.actual_on, |check, date| reached(check, &operation, date.into())),
        version: before.version + 1,
        ..before.clone()
    };
    check.finish()?;
    expected_version("milestone", expected, before.version)?;
    operation.update(&before, after).await?;
    operation.commit_shared(relationship.id, id, None).await?;
    Ok(id)
}

/// A date that has begun somewhere on earth: the milestone may have been reached where it is tomorrow already. One
/// before the relationship was proposed can be right, as work is at times begun before it is written down.
fn reached(check: &mut Check, operation: &Operation, date: NaiveDate) -> NaiveDate {
    let latest = (operation.at() + TimeDelta::hours(14)).date_naive();
    check.that(date <= latest, "actualOn", format!("{date} is still to come: say in forecastOn what is expected"));
    check.date("actualOn", date)
}

impl Listed for scope_of_work::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<scope_of_work::Column> {
        SortKey::ascending([scope_of_work::Column::Id])
    }
}

impl Listed for milestone::Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<milestone::Column> {
        SortKey::ascending([milestone::Column::PlannedOn, milestone::Column::Id])
    }
}
