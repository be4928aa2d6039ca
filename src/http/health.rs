//! Whether the service lives, and whether work should be sent to it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tracing::warn;

use super::answer::{Failure, Shape};
use super::app::App;
use crate::graphql::errors::RequestId;

/// Who asks for readiness has given up by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long an answer of the database is good for.
const KEPT: Duration = Duration::from_secs(1);

/// `GET /livez`: the process answers. Says nothing of the database: a restart would not mend that.
pub(super) async fn live() -> Response {
    Json(json!({ "status": "alive" })).into_response()
}

/// `GET /readyz`: the database answers and has the schema that this version needs.
pub(super) async fn ready(State(app): State<Arc<App>>, Extension(id): Extension<RequestId>) -> Response {
    match check(&app).await {
        Ok(()) => Json(json!({ "status": "ready" })).into_response(),
        Err(reason) => {
            warn!(reason, "not ready");
            Failure::unavailable(reason).answer(Shape::Problem, &id)
        }
    }
}

async fn check(app: &App) -> Result<(), String> {
    if app.is_stopping() {
        return Err("the service is stopping".to_owned());
    }
    app.readiness.get(app).await
}

/// What the database answered last. Anyone may ask for readiness as often as they like: however many do, the database
/// is asked once at a time, and once in a second.
#[derive(Default)]
pub(super) struct Readiness(Mutex<Option<(Duration, Result<(), String>)>>);

impl Readiness {
    async fn get(&self, app: &App) -> Result<(), String> {
        let mut last = self.0.lock().await;
        let now = app.clock.elapsed();
        match &*last {
            Some((at, answer)) if now < *at + KEPT => answer.clone(),
            _ => last.insert((now, ask(app).await)).1.clone(),
        }
    }
}

async fn ask(app: &App) -> Result<(), String> {
    let database = async {
        app.database.reader().ping().await?;
        app.database.pending_migrations().await
    };
    match timeout(PATIENCE, database).await {
        Ok(Ok(pending)) if pending.is_empty() => Ok(()),
        Ok(Ok(pending)) => Err(format!("migrations are pending ({}): run `guidepost migrate`", pending.len())),
        Ok(Err(error)) => {
            warn!(%error, "the database does not answer");
            Err("the database does not answer".to_owned())
        }
        Err(_) => Err("the database does not answer in time".to_owned()),
    }
}
