//! What is sent, and what it must be answered with.

use chrono::TimeDelta;
use guidepost::access::token::sign_development_token;
use guidepost::clock::Clock;
use serde_json::json;

use crate::bodies;
use crate::client::Answer;
use crate::documents;
use crate::forgeries::Forger;

/// One request.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: Vec<u8>,
    /// The HTTP status that it must be answered with.
    pub(crate) status: &'static str,
    /// `extensions.code` of the first error; empty for what does no harm.
    pub(crate) code: &'static str,
}

impl Request {
    /// One with nothing wrong in it.
    pub(crate) fn good(forger: &Forger) -> Self {
        let body = bodies::QUERY.as_bytes().to_vec();
        Self { name: "good".to_owned(), token: forger.good(), headers: &[], body, status: "200", code: "" }
    }

    /// What makes the organization known that the tokens speak for.
    pub(crate) fn registration(forger: &Forger) -> Self {
        let now = Clock::system().now();
        let query = "mutation { registerOrganization(input: { handle: \"acme\", name: \"Acme\" }) { organizationId } }";
        let token = sign_development_token(None, "bench", "admin", now, TimeDelta::minutes(5));
        let body = json!({ "query": query }).to_string().into_bytes();
        Self { name: "registration".to_owned(), token, body, ..Self::good(forger) }
    }

    /// All that are made to hurt.
    pub(crate) fn all(forger: &Forger) -> Vec<Self> {
        let documents = documents::all().into_iter().map(|case| {
            let body = json!({ "query": case.query, "variables": case.variables }).to_string().into_bytes();
            let name = format!("document: {}", case.name);
            Self { name, body, status: "400", code: case.code, ..Self::good(forger) }
        });
        let bodies = bodies::all().into_iter().map(|(name, headers, body, status, code)| {
            let status = match status {
                200 => "200",
                413 => "413",
                415 => "415",
                _ => "400",
            };
            Self { name: format!("body: {name}"), headers, body, status, code, ..Self::good(forger) }
        });
        let tokens = forger.cases().into_iter().map(|case| {
            // A head of 1 MB is not read to its end.
            let (status, code) = if case.token.len() > 64 * 1024 { ("431", "") } else { ("401", "UNAUTHENTICATED") };
            Self { name: format!("token: {}", case.name), token: case.token, status, code, ..Self::good(forger) }
        });
        documents.chain(bodies).chain(tokens).collect()
    }

    /// Whether this is what it must be answered with.
    pub(crate) fn expects(&self, answer: &Answer) -> bool {
        (&*answer.status, &*answer.code) == (self.status, self.code)
    }
}
