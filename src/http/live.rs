//! The live connections of one service: how many there are, and how many each caller has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use tokio::sync::watch;

use super::answer::Failure;
use crate::access::viewer::Viewer;

/// Of the places there are, one in so many may be taken by sockets that have not said yet who they are: strangers
/// cannot keep callers out.
const OF_STRANGERS: usize = 4;

/// Who a caller is: issuer and subject.
type Who = (Arc<str>, String);

/// The places for live connections.
pub(super) struct Live {
    most: usize,
    most_per_caller: usize,
    taken: Mutex<HashMap<Option<Who>, usize>>,
    /// How many are taken in all.
    total: watch::Sender<usize>,
}

/// One live connection's place, until it is dropped.
pub(super) struct Place {
    live: Arc<Live>,
    of: Option<Who>,
}

/// There is no place left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Full {
    /// In the whole service, or for those who have not said who they are.
    Service,
    /// For this caller, who has so many.
    Caller(usize),
}

impl Live {
    pub(super) fn new(most: usize, most_per_caller: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_caller, taken: Mutex::default(), total: watch::Sender::new(0) })
    }

    /// A place for a caller, or for a connection whose caller is not known yet.
    pub(super) fn enter(self: &Arc<Self>, viewer: Option<&Viewer>) -> Result<Place, Full> {
        let of = viewer.map(|viewer| (Arc::clone(&viewer.issuer), viewer.subject.clone()));
        let mut taken = self.taken();
        let (most, full) = match &of {
            Some(_) => (self.most_per_caller, Full::Caller(self.most_per_caller)),
            None => (self.most / OF_STRANGERS, Full::Service),
        };
        if *self.total.borrow() >= self.most {
            return Err(Full::Service);
        }
        let own = taken.get(&of).copied().unwrap_or_default();
        if own >= most {
            return Err(full);
        }
        taken.insert(of.clone(), own + 1);
        self.total.send_modify(|total| *total += 1);
        Ok(Place { live: Arc::clone(self), of })
    }

    /// Done when no connection is live.
    pub(super) async fn emptied(&self) {
        // The sender is here, so that there is no other end to the wait.
        _ = self.total.subscribe().wait_for(|total| *total == 0).await;
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Option<Who>, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.live.taken();
        match taken.get_mut(&self.of) {
            Some(more) if *more > 1 => *more -= 1,
            _ => _ = taken.remove(&self.of),
        }
        self.live.total.send_modify(|total| *total -= 1);
    }
}

impl From<Full> for Failure {
    fn from(full: Full) -> Self {
        match full {
            Full::Service => Self::unavailable("the service has as many live connections as it takes: try again later")
                .with_header(RETRY_AFTER, 10.into()),
            Full::Caller(most) => {
                let message = format!("you have {most} live connections, which is the most: close one first");
                Self::new(StatusCode::TOO_MANY_REQUESTS, "LIMIT_EXCEEDED", message)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures_util::FutureExt as _;

    use super::*;
    use crate::access::scope::Scopes;

    fn viewer(subject: &str) -> Viewer {
        let expires_at = DateTime::UNIX_EPOCH;
        Viewer {
            issuer: "i".into(),
            subject: subject.to_owned(),
            organization: None,
            scopes: Scopes::NONE,
            token_id: None,
            issued_at: None,
            expires_at,
        }
    }

    #[test]
    fn each_caller_has_so_many_places_and_all_have_no_more_than_there_are() {
        let live = Live::new(5, 2);
        let enter = |subject| live.enter(Some(&viewer(subject)));
        let ada = [enter("ada").unwrap(), enter("ada").unwrap()];
        assert_eq!(enter("ada").err(), Some(Full::Caller(2)));
        let _bob = [enter("bob").unwrap(), enter("bob").unwrap()];
        let _eve = enter("eve").unwrap();
        assert_eq!(enter("eve").err(), Some(Full::Service));
        drop(ada);
        assert!(enter("ada").is_ok());
    }

    #[test]
    fn strangers_have_a_part_of_the_places() {
        let live = Live::new(8, 8);
        let _strangers = [live.enter(None).unwrap(), live.enter(None).unwrap()];
        assert_eq!(live.enter(None).err(), Some(Full::Service));
        assert!(live.enter(Some(&viewer("ada"))).is_ok());
    }

    #[test]
    fn what_nobody_holds_takes_no_room() {
        let live = Live::new(8, 8);
        let places = [live.enter(None).unwrap(), live.enter(Some(&viewer("ada"))).unwrap()];
        assert!(live.emptied().now_or_never().is_none());
        drop(places);
        assert!(live.taken().is_empty() && live.emptied().now_or_never().is_some());
    }
}
