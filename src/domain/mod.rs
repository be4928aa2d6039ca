//! What the service does, feature by feature: operations and pure computing. No GraphQL document, no HTTP.

pub mod action_item;
pub mod check;
pub mod journal;
pub mod kpi;
pub mod organization;
pub mod relationship;
pub mod revocation;
