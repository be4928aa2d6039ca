//! How much callers may ask for: a bucket of cost for each subject and one for each organization, filled again at a
//! steady rate. What a request would cost is taken out before it is done. What is asked for by signed links is taken out of
//! buckets of their own, as large: whoever has a link that was passed on cannot keep out the caller who made it.
//!
//! Buckets are kept by this process alone: behind several replicas a caller has as many. Who sends no good token has
//! no bucket: strangers are for what stands in front of the service to slow down.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter, clock};
use tokio::time::sleep;

use super::answer::Failure;
use crate::access::viewer::Viewer;
use crate::clock::Clock;
use crate::config::{Config, Rate};
use crate::id::OrganizationId;

/// What a request costs besides its document: for its token, its parsing, and for being refused.
pub(super) const COST_OF_A_REQUEST: u64 = 100;

/// After so many requests the buckets that are full again are forgotten.
const SWEEP_AFTER: u32 = 1_024;

/// How often somebody who waits for cost to come back looks.
const LOOK: Duration = Duration::from_millis(200);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The headers that tell of the limits.
pub(super) const HEADERS: [HeaderName; 2] = [RATE_LIMIT, RATE_LIMIT_POLICY];

/// The buckets of all callers. Subjects are told apart by their issuer too: another issuer's `anna` is another person.
pub(super) struct Rates {
    callers: Class,
    links: Class,
}

/// The buckets of one way to ask.
struct Class {
    subjects: Option<Buckets<(Arc<str>, String)>>,
    organizations: Option<Buckets<OrganizationId>>,
}

impl Class {
    fn new((subject, organization): (&'static str, &'static str), config: &Config, clock: &Clock) -> Self {
        Self {
            subjects: config.load.subject_rate.map(|rate| Buckets::new(subject, rate, clock)),
            organizations: config.load.organization_rate.map(|rate| Buckets::new(organization, rate, clock)),
        }
    }

    fn meter(&self, viewer: &Viewer) -> Meter<'_> {
        Meter {
            subject: self
                .subjects
                .as_ref()
                .map(|buckets| Account::new(buckets, (Arc::clone(&viewer.issuer), viewer.subject.clone()))),
            organization: self
                .organizations
                .as_ref()
                .zip(viewer.organization)
                .map(|(buckets, id)| Account::new(buckets, id)),
        }
    }
}

impl Rates {
    pub(super) fn new(config: &Config, clock: &Clock) -> Self {
        Self {
            callers: Class::new(("subject", "organization"), config, clock),
            links: Class::new(("link", "organization by link"), config, clock),
        }
    }

    /// What `viewer` spends from.
    pub(super) fn meter(&self, viewer: &Viewer) -> Meter<'_> {
        self.callers.meter(viewer)
    }

    /// What is spent from by whoever has a link that `viewer` made.
    pub(super) fn meter_of_links(&self, viewer: &Viewer) -> Meter<'_> {
        self.links.meter(viewer)
    }

    /// Takes out `cost` once there is as much: for what nobody waits for and nobody may have for nothing.
    pub(super) async fn spend_in_time(&self, viewer: &Viewer, cost: u64) {
        while self.meter(viewer).spend(cost).is_err() {
            sleep(LOOK).await;
        }
    }
}

/// What one request takes out of its caller's buckets.
pub(super) struct Meter<'r> {
    subject: Option<Account<'r, (Arc<str>, String)>>,
    organization: Option<Account<'r, OrganizationId>>,
}

impl Meter<'_> {
    /// Takes out `cost`, if both buckets have as much.
    pub(super) fn spend(&mut self, cost: u64) -> Result<(), Failure> {
        // No document may cost as much as this type holds.
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        let Some(cost) = NonZeroU32::new(cost) else { return Ok(()) };
        // The subject's first: what it has no cost left for is not charged to its colleagues.
        self.subject.as_mut().map_or(Ok(()), |account| account.spend(cost))?;
        self.organization.as_mut().map_or(Ok(()), |account| account.spend(cost))
    }

    /// Says how the buckets stand (draft-ietf-httpapi-ratelimit-headers).
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let subject = self.subject.as_ref().and_then(Account::told);
        let told = subject.into_iter().chain(self.organization.as_ref().and_then(Account::told));
        let (mut limits, mut policies) = (String::new(), String::new());
        for (limit, policy) in told {
            let comma = if limits.is_empty() { "" } else { ", " };
            _ = write!(limits, "{comma}{limit}");
            _ = write!(policies, "{comma}{policy}");
        }
        for (name, text) in [(RATE_LIMIT, limits), (RATE_LIMIT_POLICY, policies)] {
            if !text.is_empty() {
                headers.insert(name, HeaderValue::from_str(&text).expect("names and numbers are ASCII"));
            }
        }
    }
}

/// One caller's bucket among those of its kind.
struct Account<'r, K: Hash + Eq + Clone> {
    buckets: &'r Buckets<K>,
    key: K,
    /// The cost that is left, and the seconds until there is more; not known before anything is spent.
    standing: Option<(u32, u64)>,
}

impl<'r, K: Hash + Eq + Clone> Account<'r, K> {
    fn new(buckets: &'r Buckets<K>, key: K) -> Self {
        Self { buckets, key, standing: None }
    }

    fn spend(&mut self, cost: NonZeroU32) -> Result<(), Failure> {
        let Buckets { name, rate, limiter, clock, .. } = self.buckets;
        self.buckets.sweep_now_and_then();
        match limiter.check_key_n(&self.key, cost) {
            Ok(Ok(snapshot)) => {
                let left = snapshot.remaining_burst_capacity();
                self.standing = Some((left, seconds_for(rate.burst.get() - left, *rate)));
                Ok(())
            }
            Ok(Err(until)) => {
                let wait = until.wait_time_from(clock::Clock::now(clock));
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                self.standing = Some((0, seconds));
                let message = format!(
                    "your {name} asks for too much: {} of cost come back each second, and this needs {cost}; try again in {seconds} s",
                    rate.per_second
                );
                Err(Failure::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message).after(seconds))
            }
            Err(_) => {
                let message = format!(
                    "this costs {cost}, and your {name} may ask for {} at once: ask for smaller pages",
                    rate.burst
                );
                Err(Failure::new(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", message))
            }
        }
    }

    /// Its items of the two headers.
    fn told(&self) -> Option<(String, String)> {
        let Buckets { name, rate, .. } = self.buckets;
        let (left, seconds) = self.standing?;
        let window = seconds_for(rate.burst.get(), *rate);
        Some((
            format!(r#""{name}";r={left};t={seconds}"#),
            format!(r#""{name}";q={};w={window};qu="cost""#, rate.burst),
        ))
    }
}

/// How long it takes until `cost` has come back.
fn seconds_for(cost: u32, rate: Rate) -> u64 {
    u64::from(cost.div_ceil(rate.per_second.get()))
}

/// The buckets of one kind of key. Those that are not there are full.
struct Buckets<K: Hash + Eq + Clone> {
    name: &'static str,
    rate: Rate,
    clock: Ticks,
    limiter: RateLimiter<K, HashMapStateStore<K>, Ticks, StateInformationMiddleware>,
    since_sweep: AtomicU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(name: &'static str, rate: Rate, clock: &Clock) -> Self {
        let clock = Ticks(clock.clone());
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let limiter = RateLimiter::hashmap_with_clock(quota, clock.clone()).with_middleware();
        Self { name, rate, clock, limiter, since_sweep: AtomicU32::new(0) }
    }

    fn sweep_now_and_then(&self) {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) >= SWEEP_AFTER {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// The service's clock, as the limiter reads it.
#[derive(Clone)]
struct Ticks(Clock);

impl clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
