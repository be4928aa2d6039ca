//! Lists of action items: their filters as conditions, and their orders.

use async_graphql::Enum;
use chrono::NaiveDate;
use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::filter::{Assigned, Labeled, Narrowing, One, Overdue, Whose};
use super::search::containing;
use crate::access::visibility::of_party_of;
use crate::db::page::{Listed, SortKey};
use crate::entity::action_item::{self, ActionItemState};
use crate::entity::due_date_change::DueDateChangeState;
use crate::entity::{contact, due_date_change};

impl One {
    fn condition(self, column: action_item::Column) -> Option<Expr> {
        match self {
            Self::Any => None,
            Self::Only(id) => Some(column.eq(id)),
            Self::Unseen => Some(column.is_in(std::iter::empty::<Uuid>())),
        }
    }
}

impl Narrowing {
    fn whose(&self, whose: Whose, party: action_item::Column) -> Condition {
        self.of(whose, party, action_item::Column::RelationshipId)
    }

    /// A wish for another date waits for the party that has not uttered it; a proposal without such a wish for the
    /// owner.
    fn awaits_answer_of(&self, whose: Whose) -> Condition {
        use action_item::Column::{Id, Owner, State};
        use due_date_change::Column::{ActionItemId, RelationshipId, RequestedBy, State as WishState};
        let wishes = |of: Condition| {
            let pending = Condition::all().add(WishState.eq(DueDateChangeState::Pending)).add(of);
            Query::select().column(ActionItemId).from(due_date_change::Entity).cond_where(pending).to_owned()
        };
        let proposed = Condition::all()
            .add(State.eq(ActionItemState::Proposed))
            .add(self.whose(whose, Owner))
            .add(Id.not_in_subquery(wishes(Condition::all())));
        let delayed = Id.in_subquery(wishes(self.of(whose.other(), RequestedBy, RelationshipId)));
        Condition::any().add(proposed).add(delayed)
    }

    fn of<C: ColumnTrait + Copy>(&self, whose: Whose, party: C, relationship: C) -> Condition {
        let ours = of_party_of(self.organization, party, relationship);
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
            assignee,
            awaits_answer_of,
            overdue: overdue_or_not,
            due_from,
            due_to,
            updated_since,
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
            .add_option(assignee.condition(Column::AssigneeContactId))
            .add_option(awaits_answer_of.map(|whose| filter.awaits_answer_of(whose)))
            .add_option(overdue_or_not.map(overdue))
            .add_option(due_from.map(|date| Column::DueOn.gte(date)))
            .add_option(due_to.map(|date| Column::DueOn.lte(date)))
            .add_option(updated_since.map(|time| Column::UpdatedAt.gte(time)))
            .add_option(priorities.as_ref().map(|priorities| Column::Priority.is_in(priorities.iter().copied())))
            .add_option(label.as_ref().map(labeled))
            .add_option(subject.condition(Column::SubjectId));
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
