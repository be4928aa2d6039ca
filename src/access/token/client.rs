//! Fetching what an issuer publishes: over one client for the whole service, with limits on time and size.
//! Redirects are not followed: the address in the settings is the one that is trusted.

use std::time::Duration;

use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

/// A set has a few keys of about 1 KiB, some with their certificates.
const MAX_BYTES: usize = 256 * 1024;

/// Requests wait for a fetch that an unknown key has caused.
const PATIENCE: Duration = Duration::from_secs(5);

/// The client.
#[derive(Clone)]
pub(super) struct KeyClient(Client<HttpsConnector<HttpConnector>, Empty<&'static [u8]>>);

impl KeyClient {
    /// A client that trusts the certificate authorities of the system.
    pub(super) fn new() -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| {
            format!("the system's certificate authorities cannot be read ({error}); install ca-certificates, or name a file in SSL_CERT_FILE")
        })?;
        let connector = connector.https_or_http().enable_http1().build();
        // A connection that is used every few minutes would be found closed.
        Ok(Self(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)))
    }

    /// The text at an address; the error is a sentence for the log.
    pub(super) async fn get(&self, url: &Uri) -> Result<String, Unfetched> {
        match timeout(PATIENCE, self.answer(url)).await {
            Ok(answer) => answer,
            Err(_) => Err(Unfetched::Failed(format!("{url}: no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    async fn answer(&self, url: &Uri) -> Result<String, Unfetched> {
        let failed = |why: String| Unfetched::Failed(format!("{url}: {why}"));
        let response = self.0.get(url.clone()).await.map_err(|error| failed(with_causes(&error)))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(Unfetched::NotThere(format!("{url}: answered 404 Not Found"))),
            status if status.is_redirection() => {
                return Err(failed(format!("answered {status}; redirects are not followed")));
            }
            status => return Err(failed(format!("answered {status}"))),
        }
        let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| failed(format!("{error} (at most {MAX_BYTES} bytes are read)")))?;
        String::from_utf8(body.to_bytes().into()).map_err(|_| failed("is no UTF-8".to_owned()))
    }
}

/// Why there is no text.
pub(super) enum Unfetched {
    /// The issuer answers that nothing is at this address.
    NotThere(String),
    /// Anything else.
    Failed(String),
}

impl From<Unfetched> for String {
    fn from(unfetched: Unfetched) -> Self {
        match unfetched {
            Unfetched::NotThere(why) | Unfetched::Failed(why) => why,
        }
    }
}

/// The client's own sentence says little; what it wraps tells what happened.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_never_answers_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap()).parse().unwrap();
        let Err(Unfetched::Failed(why)) = KeyClient::new().unwrap().get(&url).await else { panic!("no answer") };
        assert!(why.ends_with("no answer within 5 s"), "{why}");
    }
}
