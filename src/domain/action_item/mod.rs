//! Action items: work that one party does and either asked for, from the asking to the verification.
//! Who may do what, and in which state, is in [`crate::access::permit::action_item`].

pub mod comment;
pub mod create;
pub mod due_date;
pub mod filter;
pub mod list;
mod parts;
pub mod raise;
mod search;
pub mod state;
pub mod subject;
pub mod update;

use crate::access::writer::UnderRelationship;
use crate::entity::{action_item, due_date_change};

impl UnderRelationship for action_item::Entity {
    const RELATIONSHIP: action_item::Column = action_item::Column::RelationshipId;
}

impl UnderRelationship for due_date_change::Entity {
    const RELATIONSHIP: due_date_change::Column = due_date_change::Column::RelationshipId;
}
