//! GraphiQL, a page to try the API with: for development alone. Its script and style are part of the program, made by
//! `bundle/build.js` from pinned packages; nothing is loaded from anywhere else.

use std::sync::{Arc, LazyLock};

use axum::Extension;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::GRAPHQL;
use super::answer::{Failure, Shape};
use super::app::App;
use crate::access::token::sign_development_token;
use crate::graphql::errors::RequestId;

/// Where the page's script and style are.
pub(super) const ASSETS: &str = "/graphql/assets/{name}";

/// The editor and the panes set the styles of their elements; everything else comes from this service or not at all.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// A file that the page loads, packed by gzip, which every browser unpacks.
struct Asset {
    /// With a part of its digest: under one name there is one content.
    name: String,
    media_type: &'static str,
    packed: &'static [u8],
}

static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("js", "text/javascript; charset=utf-8", include_bytes!("bundle/graphiql.js.gz")));

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("css", "text/css; charset=utf-8", include_bytes!("bundle/graphiql.css.gz")));

impl Asset {
    fn new(extension: &str, media_type: &'static str, packed: &'static [u8]) -> Self {
        let digest = hex::encode(&Sha256::digest(packed)[..8]);
        Self { name: format!("graphiql-{digest}.{extension}"), media_type, packed }
    }
}

/// `GET /graphql` from a browser. The page has a token that shows the schema; another one takes its place in the
/// page's header editor.
pub(super) fn page(app: &Arc<App>) -> Response {
    let token = sign_development_token(None, "graphiql", "admin", app.clock.now(), TimeDelta::days(1));
    let (script, style) = (&SCRIPT.name, &STYLE.name);
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Guidepost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{GRAPHQL}/assets/{style}">
<style>body, #graphiql {{ margin: 0; height: 100vh; }}</style>
<script type="module" src="{GRAPHQL}/assets/{script}"></script>
</head>
<body><div id="graphiql" data-endpoint="{GRAPHQL}" data-authorization="Bearer {token}"></div></body>
</html>
"#
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("accept")),
    ];
    (headers, Html(page)).into_response()
}

/// A file of the page.
pub(super) async fn asset(Path(name): Path<String>, Extension(id): Extension<RequestId>) -> Response {
    let Some(asset) = [&*SCRIPT, &*STYLE].into_iter().find(|asset| asset.name == name) else {
        let message = "there is no such file of GraphiQL; load the page again";
        return Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", message).answer(Shape::Problem, &id);
    };
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, asset.media_type),
        (CONTENT_ENCODING, "gzip"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.packed).into_response()
}
