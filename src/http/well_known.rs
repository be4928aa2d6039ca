//! What a client without a token needs to get one: the metadata of a protected resource (RFC 9728). Served only where
//! the settings say under which URL clients reach the API, since nothing that a request says of that can be trusted.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::answer::{Failure, Shape, write};
use super::app::App;
use crate::access::scope::Scope;
use crate::config::{Config, ResourceUrl};
use crate::graphql::errors::RequestId;

/// Where the metadata is. That of a resource with a path is below, under that path.
pub(super) const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";

/// The metadata of this service, ready to be sent.
pub(super) struct ProtectedResource {
    path: String,
    /// The URL of the metadata, for challenges.
    pub(super) metadata_url: String,
    metadata: String,
}

impl ProtectedResource {
    /// The metadata by these settings; none where they do not say how clients reach the API.
    pub(super) fn of(config: &Config) -> Option<Self> {
        let resource: &ResourceUrl = config.resource_url.as_ref()?;
        let listed = config.issuers.iter().filter(|issuer| issuer.listed);
        let metadata = Metadata {
            resource: resource.as_str(),
            resource_name: "Guidepost",
            authorization_servers: listed.map(|issuer| issuer.issuer.as_str()).collect(),
            scopes_supported: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
            bearer_methods_supported: ["header"],
        };
        Some(Self {
            path: resource.path().to_owned(),
            metadata_url: format!("{}{PROTECTED_RESOURCE}{}", resource.origin(), resource.path()),
            metadata: write(&metadata),
        })
    }
}

#[derive(Serialize)]
struct Metadata<'a> {
    resource: &'a str,
    resource_name: &'static str,
    authorization_servers: Vec<&'a str>,
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: [&'static str; 1],
}

/// `GET /.well-known/oauth-protected-resource`.
pub(super) async fn protected_resource(State(app): State<Arc<App>>, Extension(id): Extension<RequestId>) -> Response {
    answer(app.protected_resource.as_ref(), &id)
}

/// The same for the resource with a path.
pub(super) async fn protected_resource_at(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Path(path): Path<String>,
) -> Response {
    let resource = app.protected_resource.as_ref();
    answer(resource.filter(|resource| resource.path.strip_prefix('/') == Some(path.as_str())), &id)
}

fn answer(resource: Option<&ProtectedResource>, id: &RequestId) -> Response {
    let Some(resource) = resource else {
        let message = "this service says nothing of how to get a token: ask its operator (resource_url)";
        return Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", message).answer(Shape::Problem, id);
    };
    ([(CONTENT_TYPE, "application/json")], resource.metadata.clone()).into_response()
}
