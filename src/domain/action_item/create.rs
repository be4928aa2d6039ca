//! Asking for work, of one's own party or of the counterparty.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;

use super::parts;
use super::search::searchable;
use super::subject::Subject;
use crate::access::permit;
use crate::access::writer::{Operation, Writer};
use crate::domain::check::{self, Check};
use crate::entity::action_item::{self, ActionItemState, Priority};
use crate::entity::party::Party;
use crate::entity::relationship;
use crate::entity::texts::Texts;
use crate::error::Result;
use crate::id::{ActionItemId, ContactId, RelationshipId};
use crate::scalar::Date;

/// A new action item.
#[derive(Debug, InputObject)]
pub struct CreateActionItemInput {
    /// The relationship.
    relationship_id: ID,
    /// What is to be done, in a line of up to 200 characters.
    title: String,
    /// What is to be done, up to 10,000 characters.
    #[graphql(default)]
    description: String,
    /// How much it presses.
    #[graphql(default)]
    priority: Priority,
    /// The party that is to do it. If it is the counterparty, the item is proposed until that accepts it (T11).
    owner: Party,
    /// The contact of the owner who is to do it: any of the caller's own organization; of the counterparty's, one
    /// that is named for the relationship.
    assignee_contact_id: Option<ID>,
    /// The date by which it is to be done.
    due_on: Date,
    /// Words to group items by: up to 20, each up to 50 characters.
    #[graphql(default)]
    labels: Vec<String>,
    /// What it is about: a scope of work, a milestone, a KPI, a shared KPI dataset, a signal that work was asked for on, or
    /// another action item of the same relationship.
    subject_id: Option<ID>,
}

/// Creates an action item: open if it is the caller's own party's work, otherwise proposed to the counterparty.
pub async fn create(writer: &Writer, input: CreateActionItemInput) -> Result<ActionItemId> {
    let CreateActionItemInput {
        relationship_id,
        title,
        description,
        priority,
        owner,
        assignee_contact_id,
        due_on,
        labels,
        subject_id,
    } = input;
    let mut operation = writer.begin(permit::CREATE_ACTION_ITEM).await?;
    let mut check = Check::new();
    let relationship_id: RelationshipId = check.id("relationshipId", &relationship_id);
    let draft =
        Draft::checked(&mut check, Asked { title, description, priority, owner, assignee_contact_id, due_on, labels });
    let subject = subject_id.and_then(|id| Subject::parse(&mut check, "subjectId", &id));
    check.finish()?;

    let relationship = operation.relationship(relationship_id).await?;
    let mut check = Check::new();
    draft.check_assignee(&operation, &mut check, &relationship).await?;
    if let Some(subject) = subject {
        subject.check(&operation, &mut check, "subjectId", relationship_id).await?;
    }
    check.finish()?;

    let id = draft.insert(&mut operation, &relationship, subject).await?;
    operation.commit_shared(relationship_id, id, None).await?;
    Ok(id)
}

/// Work as it is asked for.
pub(super) struct Asked {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) priority: Priority,
    pub(super) owner: Party,
    pub(super) assignee_contact_id: Option<ID>,
    pub(super) due_on: Date,
    pub(super) labels: Vec<String>,
}

/// The same, checked.
pub(super) struct Draft {
    title: String,
    description: String,
    priority: Priority,
    owner: Party,
    assignee: Option<ContactId>,
    due_on: NaiveDate,
    labels: Vec<String>,
}

impl Draft {
    /// Checks each field by itself.
    pub(super) fn checked(check: &mut Check, asked: Asked) -> Self {
        let Asked { title, description, priority, owner, assignee_contact_id, due_on, labels } = asked;
        Self {
            title: check.text("title", &title, check::NAME),
            description: check.optional_text("description", Some(&description), check::TEXT).unwrap_or_default(),
            priority,
            owner,
            assignee: check.optional_id("assigneeContactId", assignee_contact_id.as_deref().map(String::as_str)),
            due_on: check.date("dueOn", due_on.into()),
            labels: parts::labels(check, &labels),
        }
    }

    /// Checks that whoever is to do it is named for the relationship.
    pub(super) async fn check_assignee(
        &self,
        operation: &Operation,
        check: &mut Check,
        relationship: &relationship::Model,
    ) -> Result<()> {
        match self.assignee {
            Some(assignee) => parts::assignee(operation, check, relationship, self.owner, assignee).await,
            None => Ok(()),
        }
    }

    /// Adds the item: open if it is the caller's own party's work, otherwise proposed to the counterparty.
    pub(super) async fn insert(
        self,
        operation: &mut Operation,
        relationship: &relationship::Model,
        subject: Option<Subject>,
    ) -> Result<ActionItemId> {
        let Self { title, description, priority, owner, assignee, due_on, labels } = self;
        let requested_by = operation.party(relationship)?;
        let id = operation.new_id();
        let row = action_item::Model {
            id,
            relationship_id: relationship.id,
            search_text: searchable(&title, &description, &labels),
            title,
            description,
            subject_kind: subject.map(|subject| subject.kind.to_owned()),
            subject_id: subject.map(|subject| subject.id),
            priority,
            requested_by,
            requester_issuer: Some(operation.author().issuer.clone()),
            requester_subject: Some(operation.author().subject.clone()),
            owner,
            assignee_contact_id: assignee,
            due_on,
            labels: Texts(labels),
            state: if owner == requested_by { ActionItemState::Open } else { ActionItemState::Proposed },
            state_reason: None,
            version: 1,
            created_at: operation.at(),
            updated_at: operation.at(),
        };
        operation.insert(row).await?;
        Ok(id)
    }
}
