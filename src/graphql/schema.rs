//! The schema: every feature's queries and mutations, and the limits on a document.

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions};

use super::action_item::ActionItemQuery;
use super::action_item_writes::ActionItemMutation;
use super::errors::{Errors, Limits};
use super::node::NodeQuery;
use super::organization::{OrganizationMutation, OrganizationQuery};
use super::reference::{ReferenceMutation, ReferenceQuery};
use super::relationship::RelationshipQuery;
use super::relationship_writes::RelationshipMutation;
use super::viewer::ViewerQuery;

/// The schema with its roots.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(ViewerQuery, NodeQuery, ReferenceQuery, OrganizationQuery, RelationshipQuery, ActionItemQuery);

/// Everything that can be written. Each mutation is one transaction; those of one document run in order.
#[derive(MergedObject, Default)]
pub struct Mutation(OrganizationMutation, ReferenceMutation, RelationshipMutation, ActionItemMutation);

/// Builds the schema.
#[must_use]
pub fn schema(limits: Limits) -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_depth(limits.depth)
        .limit_complexity(limits.cost)
        .limit_aliases(limits.aliases)
        .extension(Errors(limits))
        .finish()
}

/// The schema as text, in the order that `schema.graphql` keeps.
#[must_use]
pub fn sdl() -> String {
    let schema = schema(Limits { depth: 1, cost: 1, aliases: 1 });
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}
