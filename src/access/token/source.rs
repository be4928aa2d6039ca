//! Where an issuer's keys come from, and reading them there.

use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::task::spawn_blocking;

use super::client::{KeyClient, Unfetched};
use super::issuer::{Algorithm, Issuer, KeyFile, KeySource, PlainHttp};
use super::keys::{self, Key};

/// The source of one issuer's keys. Every error is a sentence that says what is wrong, without what was read.
pub(super) struct Source {
    issuer: String,
    algorithms: Vec<Algorithm>,
    place: Place,
    /// How long what was read is used.
    pub(super) refresh_after: TimeDelta,
}

enum Place {
    File(KeyFile),
    Url(KeyClient, Uri),
    Discovery(KeyClient, PlainHttp),
}

impl Source {
    /// The source that the issuer's settings name; `client` makes the client, for one that is fetched.
    pub(super) fn new(issuer: &Issuer, client: impl FnOnce() -> Result<KeyClient, String>) -> Result<Self, String> {
        let place = match &issuer.keys {
            KeySource::File(file) => Place::File(file.clone()),
            KeySource::Url(url) => Place::Url(client()?, url.clone()),
            KeySource::Discovery(plain_http) => Place::Discovery(client()?, *plain_http),
        };
        Ok(Self {
            issuer: issuer.issuer.clone(),
            algorithms: issuer.algorithms.clone(),
            place,
            refresh_after: issuer.refresh_after,
        })
    }

    /// The keys of a file, which must be there at the start; none yet of an issuer that serves them.
    pub(super) fn at_start(&self) -> Result<Option<Vec<Key>>, String> {
        match &self.place {
            Place::File(file) => from_file(file, &self.algorithms).map(Some),
            Place::Url(..) | Place::Discovery(..) => Ok(None),
        }
    }

    /// The keys as they are now.
    pub(super) async fn read(&self) -> Result<Vec<Key>, String> {
        match &self.place {
            Place::File(file) => {
                let (file, algorithms) = (file.clone(), self.algorithms.clone());
                let read = spawn_blocking(move || from_file(&file, &algorithms)).await;
                read.map_err(|_| "reading the file broke off".to_owned())?
            }
            Place::Url(client, url) => self.fetch(client, url).await,
            Place::Discovery(client, plain_http) => {
                let address = self.discover(client, *plain_http).await?;
                let url = plain_http.check(&address).map_err(|why| format!("jwks_uri of its metadata: {why}"))?;
                self.fetch(client, &url).await
            }
        }
    }

    async fn fetch(&self, client: &KeyClient, url: &Uri) -> Result<Vec<Key>, String> {
        keys::from_jwks(&client.get(url).await?, &self.algorithms).map_err(|why| format!("{url}: {why}"))
    }

    /// The address of the keys, by OpenID Connect Discovery; where the issuer has no such document, by RFC 8414.
    async fn discover(&self, client: &KeyClient, plain_http: PlainHttp) -> Result<String, String> {
        let url = |address: String| plain_http.check(&address).map_err(|why| format!("{address}: {why}"));
        let openid = url(openid_configuration(&self.issuer))?;
        let (url, text) = match client.get(&openid).await {
            Ok(text) => (openid, text),
            Err(Unfetched::NotThere(_)) => {
                let oauth = url(oauth_authorization_server(&self.issuer))?;
                let text = client.get(&oauth).await?;
                (oauth, text)
            }
            Err(unfetched) => return Err(unfetched.into()),
        };
        let metadata: Metadata = parse(&text).map_err(|why| format!("{url}: {why}"))?;
        // Else one issuer's document could bring another's keys.
        if metadata.issuer != self.issuer {
            return Err(format!("{url}: its issuer is not exactly the configured one"));
        }
        Ok(metadata.jwks_uri)
    }
}

/// What is read of an issuer's metadata.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        format!("is no JSON object with issuer and jwks_uri (line {}, column {})", error.line(), error.column())
    })
}

/// OpenID Connect Discovery, 4.1: after the issuer's path.
fn openid_configuration(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// RFC 8414, 3.1: before the issuer's path.
fn oauth_authorization_server(issuer: &str) -> String {
    let issuer = issuer.trim_end_matches('/');
    let after_scheme = issuer.find("://").map_or(0, |at| at + 3);
    let path = issuer[after_scheme..].find('/').map_or(issuer.len(), |at| after_scheme + at);
    format!("{}/.well-known/oauth-authorization-server{}", &issuer[..path], &issuer[path..])
}

fn from_file(file: &KeyFile, algorithms: &[Algorithm]) -> Result<Vec<Key>, String> {
    match file {
        KeyFile::Jwks(file) => keys::from_jwks(&text("jwks_file", file)?, algorithms)
            .map_err(|why| format!("jwks_file {}: {why}", file.display())),
        KeyFile::Pem { file, kid } => keys::from_pem(&text("pem_file", file)?, kid.as_deref(), algorithms)
            .map(|key| vec![key])
            .map_err(|why| format!("pem_file {}: {why}", file.display())),
    }
}

fn text(setting: &str, file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| {
        format!(
            "{setting} {}: cannot be read ({error}); give the path of a file that the service may read",
            file.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_looked_for_where_the_standards_put_it() {
        for (issuer, openid, oauth) in [
            (
                "https://id.example",
                "https://id.example/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server",
            ),
            (
                "https://id.example/realms/acme/",
                "https://id.example/realms/acme/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server/realms/acme",
            ),
        ] {
            assert_eq!(openid_configuration(issuer), openid);
            assert_eq!(oauth_authorization_server(issuer), oauth);
        }
    }
}
