//! An identity provider that serves its metadata and keys over HTTP, and can be told to misbehave.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::signing::{ED25519, OTHER_ED25519, Signer};

/// What the provider answers for its keys.
#[derive(Clone)]
pub enum Answer {
    Keys(Vec<Value>),
    Status(StatusCode),
    Text(String),
    RedirectTo(String),
}

/// A running provider. Its key changes by [`Provider::rotate`]; those before it are no longer published.
pub struct Provider {
    pub issuer: String,
    state: Arc<Published>,
    generation: usize,
    server: JoinHandle<()>,
}

struct Published {
    issuer: String,
    answer: Mutex<Answer>,
    /// How the metadata says what its issuer is, where not truly.
    claimed_issuer: Mutex<Option<String>>,
    /// The path of the metadata.
    metadata: Mutex<&'static str>,
    fetched: Mutex<usize>,
    /// Each answer with keys takes one: none is given while there is none.
    open: Semaphore,
}

pub const OPENID: &str = "/.well-known/openid-configuration";
pub const OAUTH: &str = "/.well-known/oauth-authorization-server";

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("it is bound"));
        let state = Arc::new(Published {
            issuer: issuer.clone(),
            answer: Mutex::new(Answer::Keys(Vec::new())),
            claimed_issuer: Mutex::new(None),
            metadata: Mutex::new(OPENID),
            fetched: Mutex::new(0),
            open: Semaphore::new(Semaphore::MAX_PERMITS),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        let provider = Self { issuer, state, generation: 0, server };
        provider.recover();
        provider
    }

    /// A token of the key that signs at present.
    pub fn sign(&self, claims: &Value) -> String {
        signer(self.generation).access_token(&kid(self.generation), claims)
    }

    /// A token of the key before.
    pub fn sign_with_retired_key(&self, claims: &Value) -> String {
        let before = self.generation.checked_sub(1).expect("it has rotated");
        signer(before).access_token(&kid(before), claims)
    }

    /// A token of a key that it never had, which can be made up without one.
    pub fn sign_as_stranger(&self, claims: &Value) -> String {
        signer(self.generation).access_token("a stranger's", claims)
    }

    /// Signs with another key from now on, which is published.
    pub fn rotate(&mut self) {
        self.generation += 1;
        self.recover();
    }

    /// Publishes the present key.
    pub fn recover(&self) {
        self.say(Answer::Keys(vec![signer(self.generation).jwk(&kid(self.generation))]));
    }

    pub fn say(&self, answer: Answer) {
        *self.state.answer.lock().expect("not poisoned") = answer;
    }

    /// Where its metadata is.
    pub fn metadata_at(&self, path: &'static str) {
        *self.state.metadata.lock().expect("not poisoned") = path;
    }

    /// What its metadata says that it is.
    pub fn claim_to_be(&self, issuer: &str) {
        *self.state.claimed_issuer.lock().expect("not poisoned") = Some(issuer.to_owned());
    }

    /// How often its keys were asked for.
    pub fn fetched(&self) -> usize {
        *self.state.fetched.lock().expect("not poisoned")
    }

    /// Answers nothing until [`Provider::go_on`]; then what it had to say when it was asked.
    pub fn hold(&self) {
        self.state.open.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Answers what was asked meanwhile.
    pub fn go_on(&self) {
        self.state.open.add_permits(1_000);
    }

    /// Where its keys are.
    pub fn jwks_url(&self) -> String {
        format!("{}/keys", self.issuer)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn kid(generation: usize) -> String {
    format!("key-{generation}")
}

const fn signer(generation: usize) -> Signer {
    if generation.is_multiple_of(2) { ED25519 } else { OTHER_ED25519 }
}

async fn answer(State(state): State<Arc<Published>>, uri: Uri) -> Response {
    if uri.path() == *state.metadata.lock().expect("not poisoned") {
        let issuer = state.claimed_issuer.lock().expect("not poisoned").clone();
        let issuer = issuer.unwrap_or_else(|| state.issuer.clone());
        return axum::Json(json!({ "issuer": issuer, "jwks_uri": format!("{}/keys", state.issuer) })).into_response();
    }
    if uri.path() != "/keys" {
        return StatusCode::NOT_FOUND.into_response();
    }
    *state.fetched.lock().expect("not poisoned") += 1;
    let answer = state.answer.lock().expect("not poisoned").clone();
    state.open.acquire().await.expect("never closed").forget();
    match answer {
        Answer::Keys(keys) => axum::Json(json!({ "keys": keys })).into_response(),
        Answer::Status(status) => status.into_response(),
        Answer::Text(text) => text.into_response(),
        Answer::RedirectTo(address) => (StatusCode::FOUND, [(LOCATION, address)]).into_response(),
    }
}
