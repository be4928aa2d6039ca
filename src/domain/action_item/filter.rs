//! What a portal narrows a list of action items by.

use async_graphql::{Enum, ID, InputObject};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DbBackend;
use uuid::Uuid;

use super::parts::LABEL;
use super::search::words;
use super::subject::Subject;
use crate::access::reader::Reads;
use crate::domain::check::{Check, distinct};
use crate::entity::action_item::{ActionItemState, Priority};
use crate::entity::contact;
use crate::entity::party::Party;
use crate::error::Result;
use crate::id::{ContactId, OrganizationId, RelationshipId};
use crate::scalar::Date;

/// The longest text that is searched for, in characters.
const LONGEST_TEXT: usize = 200;

/// Narrows a list of action items: each field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct ActionItemFilter {
    /// Only those of this relationship.
    relationship_id: Option<ID>,
    /// Only those in one of these states.
    states: Option<Vec<ActionItemState>>,
    /// Only those that this party owns.
    owner: Option<Party>,
    /// Only those that the caller's own party owns, or its counterparty.
    owned_by: Option<Whose>,
    /// Only those that the caller's own party asked for, or its counterparty.
    requested_by: Option<Whose>,
    /// True: only those assigned to the caller, by the contact of its organization that has the token's subject.
    /// False: only the others.
    assigned_to_me: Option<bool>,
    /// Only those assigned to this contact.
    assignee_contact_id: Option<ID>,
    /// Only those that wait for a word of the caller's own party, or of its counterparty: its answer to the proposal, or
    /// to the wish for another due date.
    awaits_answer_of: Option<Whose>,
    /// True: only those that are not done although their due date has passed, in UTC. False: only the others.
    overdue: Option<bool>,
    /// Only those due on this day or later.
    due_from: Option<Date>,
    /// Only those due on this day or earlier.
    due_to: Option<Date>,
    /// Only those that were changed at this time or later.
    updated_since: Option<DateTime<Utc>>,
    /// Only those of one of these priorities.
    priorities: Option<Vec<Priority>>,
    /// Only those with this label, exactly as it is written there.
    label: Option<String>,
    /// Only those about this thing.
    subject_id: Option<ID>,
    /// Only those in whose title, description and labels every word of this text of up to 200 characters occurs,
    /// in upper or lower case.
    text: Option<String>,
}

/// The caller's own party of a relationship, or the other one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
pub enum Whose {
    /// The caller's own party.
    Ours,
    /// The counterparty.
    Theirs,
}

impl Whose {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }
}

/// The filter, resolved for one caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    pub(super) organization: Option<OrganizationId>,
    pub(super) relationship: Option<RelationshipId>,
    pub(super) states: Option<Vec<ActionItemState>>,
    pub(super) owner: Option<Party>,
    pub(super) owned_by: Option<Whose>,
    pub(super) requested_by: Option<Whose>,
    pub(super) assigned: Option<Assigned>,
    pub(super) assignee: One,
    pub(super) awaits_answer_of: Option<Whose>,
    pub(super) overdue: Option<Overdue>,
    pub(super) due_from: Option<NaiveDate>,
    pub(super) due_to: Option<NaiveDate>,
    pub(super) updated_since: Option<DateTime<Utc>>,
    pub(super) priorities: Option<Vec<Priority>>,
    pub(super) label: Option<Labeled>,
    pub(super) about: One,
    pub(super) words: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Assigned {
    pub(super) to_caller: bool,
    pub(super) subject: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Overdue {
    pub(super) is: bool,
    pub(super) today: NaiveDate,
}

/// A label, for the database that is to look for it in a JSON list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Labeled {
    Postgres(String),
    Sqlite(String),
}

/// Another thing that the items have to do with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum One {
    #[default]
    Any,
    Only(Uuid),
    /// One that the caller does not see: no item must tell that it exists.
    Unseen,
}

impl ActionItemFilter {
    /// Resolves the filter for one caller.
    pub async fn resolve(self, reads: &Reads) -> Result<Narrowing> {
        let Self {
            relationship_id,
            states,
            owner,
            owned_by,
            requested_by,
            assigned_to_me,
            assignee_contact_id,
            awaits_answer_of,
            overdue,
            due_from,
            due_to,
            updated_since,
            priorities,
            label,
            subject_id,
            text,
        } = self;
        let (due_from, due_to) = (due_from.map(NaiveDate::from), due_to.map(NaiveDate::from));
        let mut check = Check::of("filter");
        let relationship = check.optional_id("relationshipId", relationship_id.as_deref().map(String::as_str));
        check.open_range(("dueFrom", due_from), ("dueTo", due_to));
        let label = label.map(|label| check.text("label", &label, LABEL));
        let text = check.optional_text("text", text.as_deref(), LONGEST_TEXT);
        let assignee: Option<ContactId> =
            check.optional_id("assigneeContactId", assignee_contact_id.as_deref().map(String::as_str));
        let subject = subject_id.map(|id| Subject::parse(&mut check, "subjectId", &id));
        check.finish()?;
        let about = match subject.flatten() {
            None => One::Any,
            Some(subject) if subject.is_seen(reads).await? => One::Only(subject.id),
            Some(_) => One::Unseen,
        };
        let assignee = match assignee {
            None => One::Any,
            Some(id) if reads.by_id::<contact::Entity, _>(id).await?.is_some() => One::Only(id.uuid()),
            Some(_) => One::Unseen,
        };
        let reader = reads.reader();
        let backend = reader.connection().get_database_backend();
        let viewer = reader.viewer();
        Ok(Narrowing {
            organization: viewer.organization,
            relationship,
            states: states.map(distinct),
            owner,
            owned_by,
            requested_by,
            assigned: assigned_to_me.map(|to_caller| Assigned { to_caller, subject: viewer.subject.clone() }),
            assignee,
            awaits_answer_of,
            overdue: overdue.map(|is| Overdue { is, today: reader.today() }),
            due_from,
            due_to,
            updated_since,
            priorities: priorities.map(distinct),
            label: label.map(|label| match backend {
                DbBackend::Postgres => Labeled::Postgres(label),
                _ => Labeled::Sqlite(label),
            }),
            about,
            words: text.as_deref().map(words).unwrap_or_default(),
        })
    }
}
