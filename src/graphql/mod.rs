//! What the API shows: one file for each feature, over the same words as the entities and the domain.

pub mod action_item;
pub mod action_item_history;
pub mod action_item_writes;
pub mod connection;
pub mod contact;
pub mod context;
pub mod cost;
pub mod declarations;
pub mod document;
pub mod errors;
pub mod federation;
pub mod journal;
pub mod journal_live;
pub mod kpi;
pub mod node;
pub mod organization;
pub mod reference;
pub mod relationship;
pub mod relationship_writes;
pub mod revocation;
pub mod schema;
pub mod scope_of_work;
pub mod scopes;
pub mod site;
pub mod viewer;
