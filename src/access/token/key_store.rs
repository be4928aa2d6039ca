//! The keys of one issuer, kept fresh. Who verifies a token takes the keys that are there and waits for nothing; they
//! are read anew in the background, and when a token names a key that is not among them.
//!
//! When the keys cannot be read, the last good ones stay in use: that an issuer is down makes none of its tokens
//! invalid. What the issuer's answer says of caching is left aside: the interval is the settings', so that a key that
//! the issuer withdraws is trusted for no longer than that.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, Semaphore};
use tracing::{Instrument as _, Span, debug, info, warn};

use super::claims::LEEWAY;
use super::keys::Key;
use super::source::Source;
use crate::clock::Clock;

/// How long unknown keys cause no fetch after one that they caused: whoever can send a token can name a key that does
/// not exist. An issuer that does not answer keeps those who ask waiting for half of the time at most.
const COOL_DOWN: TimeDelta = TimeDelta::seconds(5);

/// How many may wait at once for an issuer to answer, or until it may be asked.
const MOST_WAITING: usize = 1_000;

/// When to try again after keys could not be read.
pub(super) const RETRY: TimeDelta = TimeDelta::seconds(10);

/// A set of keys; another one takes its place as a whole.
pub(super) type Keys = Arc<[Key]>;

/// The keys of one issuer.
pub(super) struct KeyStore {
    issuer: Arc<str>,
    /// None where they never change.
    source: Option<Source>,
    state: RwLock<State>,
    /// Held while keys are read, so that it is done once at a time.
    reading: Mutex<()>,
    /// Who may wait for that.
    waiting: Semaphore,
}

struct State {
    /// None until they could be read for the first time.
    keys: Option<Keys>,
    /// When their reading began.
    read_at: DateTime<Utc>,
    /// The number of that reading, of the one that began last, and of the one that ended last, well or not.
    read_by: u64,
    begun: u64,
    ended: u64,
    /// The last reading failed, so there may be newer keys.
    outdated: bool,
    /// When they are to be read anew.
    due: DateTime<Utc>,
    /// When what an unknown key last caused was over.
    asked: Option<DateTime<Utc>>,
}

impl KeyStore {
    /// Keys that never change.
    pub(super) fn fixed(issuer: Arc<str>, keys: Vec<Key>) -> Self {
        Self::new(issuer, None, Some(keys), DateTime::<Utc>::MAX_UTC)
    }

    /// The keys of a source. Those of a file are read now; those that the issuer serves are due at once.
    pub(super) fn open(issuer: Arc<str>, source: Source) -> Result<Self, String> {
        let keys = source.at_start()?;
        Ok(Self::new(issuer, Some(source), keys, DateTime::<Utc>::MIN_UTC))
    }

    fn new(issuer: Arc<str>, source: Option<Source>, keys: Option<Vec<Key>>, due: DateTime<Utc>) -> Self {
        let read_at = DateTime::<Utc>::MIN_UTC;
        let (outdated, keys) = (keys.is_none(), keys.map(Keys::from));
        let state = State { keys, read_at, read_by: 0, begun: 0, ended: 0, outdated, due, asked: None };
        Self {
            issuer,
            source,
            state: RwLock::new(state),
            reading: Mutex::new(()),
            waiting: Semaphore::new(MOST_WAITING),
        }
    }

    /// The keys as they were last read; none if they never could be.
    pub(super) fn current(&self) -> Option<Keys> {
        self.with_state(|state| state.keys.clone())
    }

    /// Reads the keys anew if it is time.
    pub(super) async fn refresh(&self, now: DateTime<Utc>) {
        let _one = self.reading.lock().await;
        if self.with_state(|state| state.due <= now) {
            self.read(now).await;
        }
    }

    /// How many readings have begun: what a later one finds is how it is after this moment.
    pub(super) fn begun(&self) -> u64 {
        self.with_state(|state| state.begun)
    }

    /// Whether the keys are those of a reading that began later than so many, or never change.
    pub(super) fn are_of_later_than(&self, begun: u64) -> bool {
        self.source.is_none() || self.with_state(|state| state.read_by > begun)
    }

    /// Whether a reading that began later than so many has ended, well or not.
    pub(super) fn were_asked_for_later_than(&self, begun: u64) -> bool {
        self.source.is_none() || self.with_state(|state| state.ended > begun)
    }

    /// Reads the keys anew since `known` lacks one: unless that was done since. Who asks while keys are being read waits
    /// for that, and who asks too short a time after an unknown key was asked for waits until that is over, if the token
    /// is so new that its key may be, too.
    pub(super) async fn ask_anew(
        self: &Arc<Self>,
        known: Option<Keys>,
        issued_at: Option<DateTime<Utc>>,
        clock: &Clock,
    ) {
        if self.source.is_none() {
            return;
        }
        // While an issuer does not answer, few wait for it: the others can be told at once.
        let Ok(_waiting) = self.waiting.try_acquire() else { return };
        if let Some(end) = self.cools_down_until(clock.now()) {
            if !self.may_lack_key_of(issued_at) {
                return;
            }
            clock.reach(end).await;
        }
        let (store, clock) = (Arc::clone(self), clock.clone());
        let asking = async move {
            let _one = store.reading.lock().await;
            // Of all that have waited, the first one asks.
            if !store.has_newer_than(known.as_ref()) && store.cools_down_until(clock.now()).is_none() {
                store.read(clock.now()).await;
                store.state.write().unwrap_or_else(PoisonError::into_inner).asked = Some(clock.now());
            }
        };
        // A task of its own: a caller that goes away must not break off what others wait for.
        _ = tokio::spawn(asking.instrument(Span::current())).await;
    }

    fn has_newer_than(&self, known: Option<&Keys>) -> bool {
        match (self.current(), known) {
            (Some(current), Some(known)) => !Arc::ptr_eq(&current, known),
            (current, _) => current.is_some(),
        }
    }

    /// Whether a key that is not known here may be the issuer's all the same, since it is newer than the last reading.
    pub(super) fn may_lack_key_of(&self, issued_at: Option<DateTime<Utc>>) -> bool {
        self.with_state(|state| {
            state.outdated || issued_at.is_some_and(|issued_at| issued_at + LEEWAY >= state.read_at)
        })
    }

    /// Until when no unknown key may cause a reading, if that is to come.
    fn cools_down_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let asked = self.with_state(|state| state.asked)?;
        // As absolute: a clock that was set back must not stop it.
        ((now - asked).abs() < COOL_DOWN).then_some(asked + COOL_DOWN)
    }

    async fn read(&self, now: DateTime<Utc>) {
        let Some(source) = &self.source else { return };
        let issuer = &self.issuer;
        let number = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.begun += 1;
            state.begun
        };
        let read = source.read().await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.ended = number;
        let was_outdated = std::mem::replace(&mut state.outdated, read.is_err());
        match read {
            Ok(keys) => {
                if was_outdated {
                    info!(%issuer, keys = keys.len(), "the issuer's keys are read");
                }
                state.keys = Some(keys.into());
                (state.read_at, state.read_by) = (now, number);
                state.due = now + source.refresh_after;
            }
            Err(reason) => {
                if was_outdated && state.due > DateTime::<Utc>::MIN_UTC {
                    debug!(%issuer, reason, "the issuer's keys still cannot be read");
                } else if state.keys.is_some() {
                    warn!(%issuer, reason, "the issuer's keys cannot be read: the last good ones stay in use");
                } else {
                    warn!(%issuer, reason, "the issuer's keys cannot be read: its tokens are answered with 503 until they can");
                }
                state.due = now + RETRY;
            }
        }
    }

    fn with_state<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}
