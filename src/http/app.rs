//! What every request shares: one per service.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{error, warn};

use super::health::Readiness;
use super::places::Places;
use super::rates::Rates;
use super::well_known::ProtectedResource;
use crate::access::directory::Directory;
use crate::access::link::{LinkKey, Links};
use crate::access::revocation::Revocations;
use crate::access::token::{KeyError, TokenVerifier};
use crate::access::viewer::Viewer;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::db::Database;
use crate::graphql::document::{Documents, Limits, Rules, TrustedDocuments, TrustedError};
use crate::graphql::schema::{Schema, schema};

/// How often the service looks whether there is something to do beside requests.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How many bodies of the largest size are read at once.
const BODIES: usize = 64;

/// How many subscriptions there may be for each live connection that there may be.
const SUBSCRIPTIONS: usize = 2;

/// The state of one running service.
pub struct App {
    /// The GraphQL schema.
    pub schema: Schema,
    /// What stands between a client's document and the schema.
    pub documents: Documents,
    /// The database.
    pub database: Database,
    /// Who may call.
    pub verifier: TokenVerifier,
    /// The time.
    pub clock: Clock,
    /// The settings.
    pub config: Config,
    pub(super) organizations: Directory,
    pub(super) rates: Rates,
    /// The requests that are worked on.
    pub(super) work: Arc<Places>,
    /// The bodies of requests, in KiB.
    pub(super) bodies: Arc<Places>,
    /// The live connections.
    pub(super) live: Arc<Places>,
    /// The subscriptions on them.
    pub(super) subscriptions: Arc<Places>,
    pub(super) revocations: Revocations,
    pub(super) links: Links,
    pub(super) readiness: Readiness,
    pub(super) protected_resource: Option<ProtectedResource>,
    stopping: watch::Sender<bool>,
}

impl App {
    /// Loads the keys that are in files and builds the schema. The database is connected and may still be
    /// migrated afterwards; then [`App::upkeep`] does the rest.
    pub fn new(config: Config, database: Database, clock: Clock) -> Result<Arc<Self>, AppError> {
        let schema = schema();
        Ok(Arc::new(Self {
            documents: Documents::new(limits(&config.documents), rules(&config)?)?,
            schema,
            verifier: TokenVerifier::new(&config.issuers, config.development)?,
            rates: Rates::new(&config, &clock),
            work: Places::shared("requests under way", config.load.max_concurrent_requests),
            bodies: Places::shared("KiB of requests on their way", BODIES * config.body_limit.div_ceil(1_024)),
            live: Places::new("live connections", config.live.max, config.live.max_per_caller),
            subscriptions: Places::new(
                "subscriptions",
                SUBSCRIPTIONS * config.live.max,
                SUBSCRIPTIONS * config.live.max_per_caller,
            ),
            protected_resource: ProtectedResource::of(&config),
            links: links(&config)?,
            database,
            clock,
            config,
            organizations: Directory::default(),
            revocations: Revocations::default(),
            readiness: Readiness::default(),
            stopping: watch::Sender::new(false),
        }))
    }

    /// Whether the viewer's token was revoked since it was verified: for whoever is served for longer than a request.
    #[must_use]
    pub fn is_revoked(&self, viewer: &Viewer) -> bool {
        self.revocations.cover(viewer)
    }

    /// Does what is due beside requests: reads new revocations, and the keys of issuers for which it is time. To be
    /// called before the service begins, which then goes on with it by itself.
    pub async fn upkeep(&self) {
        tokio::join!(self.refresh_keys(), self.read_revocations());
    }

    async fn refresh_keys(&self) {
        self.verifier.refresh_keys(self.clock.now()).await;
    }

    async fn read_revocations(&self) {
        if let Err(error) = self.revocations.read_new(self.database.reader(), self.clock.now()).await {
            warn!(?error, "new revocations cannot be read: those that are known go on to count");
        }
    }

    /// Goes on with the upkeep until the result is dropped. Revocations wait for no issuer.
    pub(super) fn keep_up(self: &Arc<Self>) -> JoinSet<()> {
        let (for_keys, for_revocations) = (Arc::clone(self), Arc::clone(self));
        let mut tasks = JoinSet::new();
        tasks.spawn(again_and_again(move || {
            let app = Arc::clone(&for_keys);
            async move { app.refresh_keys().await }
        }));
        tasks.spawn(again_and_again(move || {
            let app = Arc::clone(&for_revocations);
            async move { app.read_revocations().await }
        }));
        tasks
    }

    /// From now on the service says that it is not ready, so that no new work is sent to it, and ends its streams.
    pub(super) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Turns true when the service stops.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

/// Does something every time that it is due. A panic costs one time of it, and is logged.
async fn again_and_again<F: Future<Output = ()>>(work: impl Fn() -> F) {
    loop {
        sleep(LOOK_EVERY).await;
        if AssertUnwindSafe(work()).catch_unwind().await.is_err() {
            error!("the upkeep panicked: it is tried again");
        }
    }
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The keys of an issuer cannot be used.
    #[error("the keys of the issuers cannot be used:\n{0}")]
    Keys(#[from] KeyError),
    /// A trusted document cannot be used.
    #[error("trusted_documents: {0}")]
    Trusted(#[from] TrustedError),
    /// The system has no randomness for the key of links.
    #[error("the key of links cannot be made: {0}")]
    LinkKey(#[source] crate::error::Error),
}

/// In development links are good until the service ends.
fn links(config: &Config) -> Result<Links, AppError> {
    let key = match &config.link_secret {
        Some(secret) => Some(LinkKey::of(secret.expose().as_bytes())),
        None if config.development => Some(LinkKey::random().map_err(AppError::LinkKey)?),
        None => None,
    };
    let base = config.resource_url.as_ref().map_or_else(String::new, |url| url.base().to_owned());
    Ok(Links { key, base })
}

fn limits(config: &config::Documents) -> Limits {
    Limits {
        bytes: config.max_bytes,
        tokens: config.max_tokens,
        depth: config.max_depth,
        aliases: config.max_aliases,
        root_fields: config.max_root_fields,
        directives: config.max_directives,
        cost: u64::try_from(config.max_cost).unwrap_or(u64::MAX),
    }
}

fn rules(config: &Config) -> Result<Rules, TrustedError> {
    let open_schema = config.development || config.documents.introspection;
    let config = &config.documents;
    let trusted = config.trusted.as_deref().map(TrustedDocuments::load).transpose()?.unwrap_or_default();
    Ok(Rules { open_schema, trusted, trusted_only: config.trusted_only })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_upkeep_outlives_a_panic() {
        let times = AtomicUsize::new(0);
        let work = || async {
            assert!(times.fetch_add(1, Ordering::Relaxed) > 0, "the first time");
        };
        _ = timeout(LOOK_EVERY * 3, again_and_again(work)).await;
        assert!(times.load(Ordering::Relaxed) >= 2);
    }
}
