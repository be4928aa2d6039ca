//! Time and new ids: the only place where either is made, so that tests can set the clock.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::timestamp::context::ContextV7;
use uuid::{Timestamp, Uuid};

use crate::id::{Id, Kind};

/// Where the time comes from. Cheap to clone; clones tell the same time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// With those who wait for it to be moved.
    Set(Arc<Mutex<SetClock>>, watch::Sender<()>),
}

/// A clock that is moved by hand. The context keeps ids in order while the time stands still.
struct SetClock {
    now: DateTime<Utc>,
    context: ContextV7,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` until it is moved: for tests, and for a demo's history.
    #[must_use]
    pub fn set_to(start: DateTime<Utc>) -> Self {
        let clock = SetClock { now: start, context: ContextV7::new() };
        Self(Source::Set(Arc::new(Mutex::new(clock)), watch::Sender::new(())))
    }

    /// Moves a set clock; the system's clock cannot be moved.
    pub fn move_to(&self, time: DateTime<Utc>) {
        match &self.0 {
            Source::System => unreachable!("only a clock made by `set_to` can be moved"),
            Source::Set(clock, moved) => {
                clock.lock().unwrap_or_else(PoisonError::into_inner).now = time;
                moved.send_replace(());
            }
        }
    }

    /// Done once it is that time: on a set clock, once it was moved there.
    pub async fn reach(&self, time: DateTime<Utc>) {
        match &self.0 {
            Source::System => sleep((time - self.now()).to_std().unwrap_or_default()).await,
            Source::Set(_, moved) => {
                let mut moved = moved.subscribe();
                while self.now() < time {
                    // The sender is here, so that there is no other end to the wait.
                    _ = moved.changed().await;
                }
            }
        }
    }

    /// How many wait for a set clock to be moved, so that who moves it can let all others go on before.
    #[must_use]
    pub fn waited_for(&self) -> usize {
        match &self.0 {
            Source::System => unreachable!("only a clock made by `set_to` is moved"),
            Source::Set(_, moved) => moved.receiver_count(),
        }
    }

    /// The time now, in UTC, cut to microseconds: what PostgreSQL keeps, so that a value read back is equal.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            Source::System => Utc::now(),
            Source::Set(clock, _) => clock.lock().unwrap_or_else(PoisonError::into_inner).now,
        };
        now.duration_trunc(TimeDelta::microseconds(1)).expect("a microsecond divides any time of this era")
    }

    /// Today's date in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// How long it is since some moment before: what only ever grows, unlike the time, which is corrected now and then.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::System => BEGINNING.elapsed(),
            Source::Set(..) => (self.now() - DateTime::UNIX_EPOCH).to_std().unwrap_or_default(),
        }
    }

    /// A new id: UUIDv7, so that ids sort by the time they were made.
    #[must_use]
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        Id::new(self.new_uuid())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn new_uuid(&self) -> Uuid {
        match &self.0 {
            Source::System => Uuid::now_v7(),
            Source::Set(clock, _) => {
                let clock = clock.lock().unwrap_or_else(PoisonError::into_inner);
                let seconds = u64::try_from(clock.now.timestamp()).expect("clocks are set to times after 1970");
                Uuid::new_v7(Timestamp::from_unix(&clock.context, seconds, clock.now.timestamp_subsec_nanos()))
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock::system",
            Source::Set(..) => "Clock::set_to",
        })
    }
}
