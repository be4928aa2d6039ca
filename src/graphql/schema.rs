//! The schema: every feature's queries and mutations, and the limits on a document.

use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject, Request, Response, SDLExportOptions, ServerError};

use super::action_item::ActionItemQuery;
use super::action_item_writes::ActionItemMutation;
use super::contact::ContactMutation;
use super::context::Caller;
use super::errors::{Limits, explained};
use super::guard;
use super::integer::RangedInt;
use super::kpi::charter::MetricCharterMutation;
use super::kpi::dataset::KpiDatasetQuery;
use super::kpi::dataset_writes::KpiDatasetMutation;
use super::kpi::definition::KpiDefinitionMutation;
use super::kpi::kpi::KpiQuery;
use super::kpi::observation::KpiObservationQuery;
use super::node::NodeQuery;
use super::organization::{OrganizationMutation, OrganizationQuery};
use super::reference::{ReferenceMutation, ReferenceQuery};
use super::relationship::RelationshipQuery;
use super::relationship_writes::RelationshipMutation;
use super::scope_of_work::ScopeOfWorkMutation;
use super::site::SiteMutation;
use super::variables::completed;
use super::viewer::ViewerQuery;

/// The schema with its roots.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    ViewerQuery,
    NodeQuery,
    ReferenceQuery,
    OrganizationQuery,
    RelationshipQuery,
    ActionItemQuery,
    KpiQuery,
    KpiDatasetQuery,
    KpiObservationQuery,
);

/// Everything that can be written. Each mutation is one transaction; those of one document run in order.
#[derive(MergedObject, Default)]
pub struct Mutation(
    OrganizationMutation,
    SiteMutation,
    ContactMutation,
    ReferenceMutation,
    RelationshipMutation,
    ScopeOfWorkMutation,
    ActionItemMutation,
    MetricCharterMutation,
    KpiDefinitionMutation,
    KpiDatasetMutation,
);

/// Builds the schema.
#[must_use]
pub fn schema(limits: Limits) -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_input_type::<RangedInt>()
        .limit_depth(limits.depth)
        .limit_complexity(limits.cost)
        .limit_aliases(limits.aliases)
        .data(limits)
        .finish()
}

/// Runs one caller's request.
pub async fn execute(schema: &Schema, mut request: Request, caller: Caller) -> Response {
    let limits = schema.data::<Limits>().copied().expect("`schema` sets the limits");
    if let Err(error) = guard::check(&mut request) {
        let refused = ServerError { source: Some(Arc::new(error)), ..ServerError::new("", None) };
        return explained(Response::from_errors(vec![refused]), limits);
    }
    let caller = Arc::new(caller);
    let request = completed(request).data(Arc::clone(&caller));
    explained(caller.reads().serve(schema.execute(request)).await, limits)
}

/// The schema as text, in the order that `schema.graphql` keeps.
#[must_use]
pub fn sdl() -> String {
    let schema = schema(Limits { depth: 1, cost: 1, aliases: 1 });
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}
