//! The schema: every feature's queries, mutations and subscriptions, and the limits on a document.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Response, SDLExportOptions, ValidationMode, Value};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::action_item::ActionItemQuery;
use super::action_item_writes::ActionItemMutation;
use super::contact::ContactMutation;
use super::context::Caller;
use super::declarations::Declarations;
use super::document::{self, OperationKind, Prepared};
use super::errors::explained;
use super::federation::FederationQuery;
use super::journal_live::JournalSubscription;
use super::kpi::chart_basis_writes::KpiChartBasisMutation;
use super::kpi::charter::MetricCharterMutation;
use super::kpi::dataset::KpiDatasetQuery;
use super::kpi::dataset_writes::KpiDatasetMutation;
use super::kpi::definition_writes::KpiDefinitionMutation;
use super::kpi::kpi::KpiQuery;
use super::kpi::observation::KpiObservationQuery;
use super::kpi::preview::KpiPreviewQuery;
use super::kpi::template::KpiTemplateQuery;
use super::node::NodeQuery;
use super::organization::{OrganizationMutation, OrganizationQuery};
use super::reference::{ReferenceMutation, ReferenceQuery};
use super::relationship::RelationshipQuery;
use super::relationship_writes::RelationshipMutation;
use super::revocation::{TokenRevocationMutation, TokenRevocationQuery};
use super::scope_of_work::ScopeOfWorkMutation;
use super::site::SiteMutation;
use super::viewer::ViewerQuery;

/// The schema with its roots.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    ViewerQuery,
    NodeQuery,
    FederationQuery,
    ReferenceQuery,
    OrganizationQuery,
    RelationshipQuery,
    ActionItemQuery,
    KpiQuery,
    KpiTemplateQuery,
    KpiDatasetQuery,
    KpiObservationQuery,
    KpiPreviewQuery,
    TokenRevocationQuery,
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
    KpiChartBasisMutation,
    TokenRevocationMutation,
);

/// Everything that can be listened to.
#[derive(MergedSubscription, Default)]
pub struct Subscription(JournalSubscription);

/// Builds the schema.
#[must_use]
pub fn schema() -> Schema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_input_type::<Declarations>()
        // What is run was validated before; see `document`.
        .validation_mode(ValidationMode::Fast)
        .limit_recursive_depth(document::DEEPEST)
        .finish()
}

/// Runs one caller's request, which has one answer.
pub async fn execute(schema: &Schema, prepared: Prepared, caller: Caller) -> Response {
    let caller = Arc::new(caller);
    let request = prepared.into_request().data(Arc::clone(&caller));
    let mut response = caller.reads().serve(schema.execute(request)).await;
    response.errors = explained(response.errors);
    response
}

/// Runs one caller's request of any kind: a subscription has any number of answers, all others have one.
#[must_use]
pub fn execute_stream(schema: &Schema, prepared: Prepared, caller: Caller) -> BoxStream<'static, Response> {
    if prepared.kind != OperationKind::Subscription {
        let schema = schema.clone();
        return stream::once(async move { execute(&schema, prepared, caller).await }).boxed();
    }
    let caller = Arc::new(caller);
    let answers = schema.execute_stream(prepared.into_request().data(Arc::clone(&caller)));
    caller.reads().serve_each(answers).map(told).boxed()
}

/// One answer of a subscription. One without data is that of a subscription that could not begin: its error is one of
/// the whole request.
fn told(mut answer: Response) -> Response {
    answer.errors = explained(answer.errors);
    if answer.data == Value::Null {
        answer.errors.iter_mut().for_each(|error| error.path.clear());
    }
    answer
}

/// The schema as text, in the order that `schema.graphql` keeps.
#[must_use]
pub fn sdl() -> String {
    schema().sdl_with_options(
        SDLExportOptions::new().include_specified_by().sorted_fields().sorted_arguments().sorted_enum_items(),
    )
}
