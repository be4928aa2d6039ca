//! Listing action items: what a portal narrows them by, and how it sorts them.

use async_graphql::{Enum, ID, InputObject};
use chrono::NaiveDate;
use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DbBackend};
use uuid::Uuid;

use super::parts::LABEL;
use super::search::{containing, words};
use super::subject::Subject;
use crate::access::reader::Reads;
use crate::access::visibility::of_party_of;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::Check;
use crate::entity::action_item::{self, ActionItemState, Priority};
use crate::entity::contact;
use crate::entity::party::Party;
use crate::error::Result;
use crate::id::{OrganizationId, RelationshipId};
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
    /// True: only those that are not done although their due date has passed, in UTC. False: only the others.
    overdue: Option<bool>,
    /// Only those due on this day or later.
    due_from: Option<Date>,
    /// Only those due on this day or earlier.
    due_to: Option<Date>,
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

/// The filter, resolved for one caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    organization: Option<OrganizationId>,
    relationship: Option<RelationshipId>,
    states: Option<Vec<ActionItemState>>,
    owner: Option<Party>,
    owned_by: Option<Whose>,
    requested_by: Option<Whose>,
    assigned: Option<Assigned>,
    overdue: Option<Overdue>,
    due_from: Option<NaiveDate>,
    due_to: Option<NaiveDate>,
    priorities: Option<Vec<Priority>>,
    label: Option<Labeled>,
    about: About,
    words: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Assigned {
    to_caller: bool,
    subject: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Overdue {
    is: bool,
    today: NaiveDate,
}

/// A label, for the database that is to look for it in a JSON list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Labeled {
    Postgres(String),
    Sqlite(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum About {
    #[default]
    Anything,
    Only(Uuid),
    /// About a thing that the caller does not see: an item must not tell that it exists.
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
            overdue,
            due_from,
            due_to,
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
        let subject = subject_id.map(|id| Subject::parse(&mut check, "subjectId", &id));
        check.finish()?;
        let about = match subject.flatten() {
            None => About::Anything,
            Some(subject) if subject.is_seen(reads).await? => About::Only(subject.id),
            Some(_) => About::Unseen,
        };
        let reader = reads.reader();
        let backend = reader.connection().get_database_backend();
        let viewer = reader.viewer();
        Ok(Narrowing {
            organization: viewer.organization,
            relationship,
            states,
            owner,
            owned_by,
            requested_by,
            assigned: assigned_to_me.map(|to_caller| Assigned { to_caller, subject: viewer.subject.clone() }),
            overdue: overdue.map(|is| Overdue { is, today: reader.today() }),
            due_from,
            due_to,
            priorities,
            label: label.map(|label| match backend {
                DbBackend::Postgres => Labeled::Postgres(label),
                _ => Labeled::Sqlite(label),
            }),
            about,
            words: text.as_deref().map(words).unwrap_or_default(),
        })
    }
}

impl Narrowing {
    fn whose(&self, whose: Whose, party: action_item::Column) -> Condition {
        let ours = of_party_of(self.organization, party, action_item::Column::RelationshipId);
        match whose {
            Whose::Ours => ours,
            Whose::Theirs => ours.not(),
        }
    }

    fn assigned(&self, Assigned { to_caller, subject }: &Assigned) -> Condition {
        use action_item::Column::AssigneeContactId;
        use contact::Column::{Id, OrganizationId, Subject};
        let own = Condition::all()
            .add(Expr::col(OrganizationId).eq(self.organization))
            .add(Expr::col(Subject).eq(subject.as_str()));
        let contacts = Query::select().column(Id).from(contact::Entity).cond_where(own).to_owned();
        if *to_caller {
            Condition::all().add(AssigneeContactId.in_subquery(contacts))
        } else {
            Condition::any().add(AssigneeContactId.is_null()).add(AssigneeContactId.not_in_subquery(contacts))
        }
    }
}

/// Whether an item should be done by now and is not.
#[must_use]
pub fn is_overdue(item: &action_item::Model, today: NaiveDate) -> bool {
    item.due_on < today && TO_BE_DONE.contains(&item.state)
}

/// The states in which an item can be overdue.
const TO_BE_DONE: [ActionItemState; 3] =
    [ActionItemState::Proposed, ActionItemState::Open, ActionItemState::InProgress];

fn overdue(Overdue { is, today }: Overdue) -> Condition {
    use action_item::Column::{DueOn, State};
    let overdue = Condition::all().add(DueOn.lt(today)).add(State.is_in(TO_BE_DONE));
    if is { overdue } else { overdue.not() }
}

fn labeled(label: &Labeled) -> Expr {
    match label {
        Labeled::Postgres(label) => Expr::col(action_item::Column::Labels.as_column_ref())
            .binary(PgBinOper::Contains, Expr::val(serde_json::json!([label]))),
        Labeled::Sqlite(label) => Expr::cust_with_values(
            r#"EXISTS (SELECT 1 FROM json_each("action_item"."labels") AS "label" WHERE "label"."value" = ?)"#,
            [label.as_str()],
        ),
    }
}

fn about(about: About) -> Option<Expr> {
    match about {
        About::Anything => None,
        About::Only(id) => Some(action_item::Column::SubjectId.eq(id)),
        About::Unseen => Some(action_item::Column::SubjectId.is_in(std::iter::empty::<Uuid>())),
    }
}

/// How a list of action items is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum ActionItemOrder {
    /// Those due soonest first.
    #[default]
    DueOnAsc,
    /// Those due last first.
    DueOnDesc,
    /// The oldest first.
    CreatedAtAsc,
    /// The newest first.
    CreatedAtDesc,
    /// The last changed first.
    UpdatedAtDesc,
    /// The most pressing first, and of these those due soonest.
    PriorityDesc,
}

impl Listed for action_item::Entity {
    type Filter = Narrowing;
    type Order = ActionItemOrder;

    fn matching(filter: &Narrowing) -> Condition {
        use action_item::Column;
        let Narrowing {
            organization: _,
            relationship,
            states,
            owner,
            owned_by,
            requested_by,
            assigned,
            overdue: overdue_or_not,
            due_from,
            due_to,
            priorities,
            label,
            about: subject,
            words,
        } = filter;
        let matching = Condition::all()
            .add_option(relationship.map(|id| Column::RelationshipId.eq(id)))
            .add_option(states.as_ref().map(|states| Column::State.is_in(states.iter().copied())))
            .add_option(owner.map(|party| Column::Owner.eq(party)))
            .add_option(owned_by.map(|whose| filter.whose(whose, Column::Owner)))
            .add_option(requested_by.map(|whose| filter.whose(whose, Column::RequestedBy)))
            .add_option(assigned.as_ref().map(|assigned| filter.assigned(assigned)))
            .add_option(overdue_or_not.map(overdue))
            .add_option(due_from.map(|date| Column::DueOn.gte(date)))
            .add_option(due_to.map(|date| Column::DueOn.lte(date)))
            .add_option(priorities.as_ref().map(|priorities| Column::Priority.is_in(priorities.iter().copied())))
            .add_option(label.as_ref().map(labeled))
            .add_option(about(*subject));
        words.iter().fold(matching, |all, word| all.add(Column::SearchText.like(containing(word))))
    }

    fn sort_key(order: ActionItemOrder) -> SortKey<action_item::Column> {
        use action_item::Column::{DueOn, Id, Priority, UpdatedAt};
        // Ids are given out in the order of creation; of the priorities the most pressing is the lowest number.
        match order {
            ActionItemOrder::DueOnAsc => SortKey::ascending([DueOn, Id]),
            ActionItemOrder::DueOnDesc => SortKey::descending([DueOn, Id]),
            ActionItemOrder::CreatedAtAsc => SortKey::ascending([Id]),
            ActionItemOrder::CreatedAtDesc => SortKey::descending([Id]),
            ActionItemOrder::UpdatedAtDesc => SortKey::descending([UpdatedAt, Id]),
            ActionItemOrder::PriorityDesc => SortKey::ascending([Priority, DueOn, Id]),
        }
    }
}
