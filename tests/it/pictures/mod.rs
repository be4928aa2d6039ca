//! Pictures of control charts: what they are, who may see them, and by which links.

mod documented;
mod links;
mod phases;
mod serving;
mod statements;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::harness::Caller;

/// What came back.
pub struct Got {
    pub status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("plain ASCII"))
    }

    /// The picture, which it must be.
    fn picture(self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.text
    }

    /// Status and code of the problem that it must be, and what it says.
    fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem: Value = serde_json::from_str(&self.text).expect("JSON");
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        let text = |name: &str| problem[name].as_str().expect("a text").to_owned();
        (self.status.as_u16(), text("code"), text("detail"))
    }

    /// Status and code of the problem.
    pub fn refusal(&self) -> (u16, String) {
        let (status, code, _) = self.problem();
        (status, code)
    }
}

/// Asks for a path as nobody, or with a token.
async fn ask(router: &Router, method: Method, path: &str, token: Option<&str>) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("the router answers");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the whole answer");
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Got { status: parts.status, headers: parts.headers, text }
}

/// Asks as a caller.
async fn get(router: &Router, path: &str, caller: &Caller) -> Got {
    ask(router, Method::GET, path, Some(&caller.token)).await
}

/// Asks as nobody.
pub async fn get_unknown(router: &Router, path: &str) -> Got {
    ask(router, Method::GET, path, None).await
}
