//! How much of one thing the service takes at once, from all and from each caller: requests that are worked on, bytes
//! of bodies, live connections, subscriptions. Whoever comes beyond it is told to come back, at no cost.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use http_body::{Frame, SizeHint};
use tokio::sync::watch;

use super::answer::Failure;
use crate::access::viewer::Viewer;
use crate::id::OrganizationId;

/// Of the places there are, one in so many may be taken by those who have not said yet who they are: strangers cannot
/// keep callers out.
const OF_STRANGERS: usize = 4;

/// When there may be room again.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Of the places there are, one in so many may be taken by one organization, however many subjects it has.
const OF_AN_ORGANIZATION: usize = 2;

/// Whose share a place is taken from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Share {
    /// Those who have not said who they are.
    Strangers,
    /// A caller: issuer and subject.
    Caller(Arc<str>, String),
    /// All callers of an organization together.
    Organization(OrganizationId),
    /// Whoever has a link that a caller made.
    LinksOf(Arc<str>, String),
    /// Whoever has a link that someone of an organization made.
    LinksOfOrganization(OrganizationId),
}

/// The places for one thing.
pub(super) struct Places {
    /// What takes them, in the plural.
    of: &'static str,
    most: usize,
    most_per_caller: usize,
    taken: Mutex<HashMap<Share, usize>>,
    /// How many are taken in all.
    total: watch::Sender<usize>,
}

/// Places that are taken, until this is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    of: Vec<Share>,
    number: usize,
}

/// An answer's body, whose place is taken until it is sent or given up.
pub(super) struct Held {
    pub(super) body: Body,
    pub(super) _place: Place,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// There is no place left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Full {
    /// In the whole service, or for those who have not said who they are.
    Service {
        /// What there is no place for.
        of: &'static str,
    },
    /// For this caller, who has so many.
    Caller {
        /// What there is no place for.
        of: &'static str,
        /// How many there are.
        most: usize,
    },
    /// For the caller's organization, which has so many.
    Organization {
        /// What there is no place for.
        of: &'static str,
        /// How many there are.
        most: usize,
    },
}

impl Places {
    pub(super) fn new(of: &'static str, most: usize, most_per_caller: usize) -> Arc<Self> {
        Arc::new(Self { of, most, most_per_caller, taken: Mutex::default(), total: watch::Sender::new(0) })
    }

    /// Places of which no caller may take more than a quarter.
    pub(super) fn shared(of: &'static str, most: usize) -> Arc<Self> {
        Self::new(of, most, most.div_ceil(4))
    }

    /// A place for a caller, or for someone who is not known yet.
    pub(super) fn enter(self: &Arc<Self>, viewer: Option<&Viewer>) -> Result<Place, Full> {
        self.take(viewer, 1)
    }

    /// A place for whoever has a link that a caller made: none of that caller's own.
    pub(super) fn enter_by_link(self: &Arc<Self>, maker: &Viewer) -> Result<Place, Full> {
        let subject = Share::LinksOf(Arc::clone(&maker.issuer), maker.subject.clone());
        self.take_of(std::iter::once(subject).chain(maker.organization.map(Share::LinksOfOrganization)).collect(), 1)
    }

    /// So many places at once.
    pub(super) fn take(self: &Arc<Self>, viewer: Option<&Viewer>, number: usize) -> Result<Place, Full> {
        self.take_of(viewer.map_or_else(|| vec![Share::Strangers], shares), number)
    }

    fn take_of(self: &Arc<Self>, of: Vec<Share>, number: usize) -> Result<Place, Full> {
        let mut taken = self.taken();
        if self.total.borrow().saturating_add(number) > self.most {
            return Err(Full::Service { of: self.of });
        }
        self.fill(&mut taken, &of, number)?;
        self.total.send_modify(|total| *total += number);
        Ok(Place { places: Arc::clone(self), of, number })
    }

    /// Adds to each of these shares, or to none.
    fn fill(&self, taken: &mut HashMap<Share, usize>, of: &[Share], number: usize) -> Result<(), Full> {
        for share in of {
            let own = taken.get(share).copied().unwrap_or_default();
            let (most, full) = self.limit(share);
            if own.saturating_add(number) > most {
                return Err(full);
            }
        }
        for share in of {
            *taken.entry(share.clone()).or_default() += number;
        }
        Ok(())
    }

    /// How large a share is, and what is said when it is used up.
    fn limit(&self, share: &Share) -> (usize, Full) {
        let of = self.of;
        match share {
            Share::Strangers => (self.most.div_ceil(OF_STRANGERS), Full::Service { of }),
            Share::Caller(..) | Share::LinksOf(..) => {
                (self.most_per_caller, Full::Caller { of, most: self.most_per_caller })
            }
            Share::Organization(_) | Share::LinksOfOrganization(_) => {
                let most = self.most.div_ceil(OF_AN_ORGANIZATION);
                (most, Full::Organization { of, most })
            }
        }
    }

    /// Done when no place is taken.
    pub(super) async fn emptied(&self) {
        // The sender is here, so that there is no other end to the wait.
        _ = self.total.subscribe().wait_for(|total| *total == 0).await;
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Share, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shares(viewer: &Viewer) -> Vec<Share> {
    let caller = Share::Caller(Arc::clone(&viewer.issuer), viewer.subject.clone());
    std::iter::once(caller).chain(viewer.organization.map(Share::Organization)).collect()
}

impl Place {
    /// From now on it is known whose place this is.
    pub(super) fn belongs_to(&mut self, viewer: &Viewer) -> Result<(), Full> {
        let of = shares(viewer);
        let mut taken = self.places.taken();
        self.places.fill(&mut taken, &of, self.number)?;
        give_back(&mut taken, std::mem::replace(&mut self.of, of), self.number);
        Ok(())
    }
}

fn give_back(taken: &mut HashMap<Share, usize>, of: Vec<Share>, number: usize) {
    for share in of {
        if let Entry::Occupied(mut held) = taken.entry(share) {
            if *held.get() > number {
                *held.get_mut() -= number;
            } else {
                held.remove();
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        give_back(&mut self.places.taken(), std::mem::take(&mut self.of), self.number);
        self.places.total.send_modify(|total| *total -= self.number);
    }
}

impl From<Full> for Failure {
    fn from(full: Full) -> Self {
        match full {
            Full::Service { of } => {
                Self::unavailable(format!("the service has as many {of} as it can take: try again in a moment"))
            }
            Full::Caller { of, most } => {
                let message = format!("you have as many {of} as one caller may have, {most}: wait for one to end");
                Self::new(StatusCode::TOO_MANY_REQUESTS, "LIMIT_EXCEEDED", message)
            }
            Full::Organization { of, most } => {
                let message =
                    format!("your organization has as many {of} as one may have, {most}: wait for one of them to end");
                Self::new(StatusCode::TOO_MANY_REQUESTS, "LIMIT_EXCEEDED", message)
            }
        }
        .after(RETRY_AFTER_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use futures_util::FutureExt as _;
    use uuid::Uuid;

    use super::*;
    use crate::access::scope::Scopes;

    const OF: &str = "seats";
    const FULL: Full = Full::Service { of: OF };

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
        let places = Places::new(OF, 5, 2);
        let enter = |subject| places.enter(Some(&viewer(subject)));
        let ada = [enter("ada").unwrap(), enter("ada").unwrap()];
        assert_eq!(enter("ada").err(), Some(Full::Caller { of: OF, most: 2 }));
        let _bob = [enter("bob").unwrap(), enter("bob").unwrap()];
        let _eve = enter("eve").unwrap();
        assert_eq!(enter("eve").err(), Some(FULL));
        drop(ada);
        assert!(enter("ada").is_ok());
    }

    #[test]
    fn who_has_a_link_takes_no_place_of_who_made_it() {
        let places = Places::new(OF, 5, 2);
        let ada = viewer("ada");
        let by_link = [places.enter_by_link(&ada).unwrap(), places.enter_by_link(&ada).unwrap()];
        assert_eq!(places.enter_by_link(&ada).err(), Some(Full::Caller { of: OF, most: 2 }));
        let _own = [places.enter(Some(&ada)).unwrap(), places.enter(Some(&ada)).unwrap()];
        drop(by_link);
        assert!(places.enter_by_link(&ada).is_ok());
    }

    #[test]
    fn several_places_are_taken_together_or_not_at_all() {
        let places = Places::shared(OF, 8);
        let ada = places.take(Some(&viewer("ada")), 2).unwrap();
        assert_eq!(places.take(Some(&viewer("ada")), 1).err(), Some(Full::Caller { of: OF, most: 2 }));
        assert_eq!(places.take(Some(&viewer("bob")), 3).err(), Some(Full::Caller { of: OF, most: 2 }));
        drop(ada);
        assert!(places.taken().is_empty() && places.take(Some(&viewer("ada")), 2).is_ok());
    }

    #[test]
    fn strangers_have_a_part_of_the_places() {
        let places = Places::new(OF, 8, 8);
        let _strangers = [places.enter(None).unwrap(), places.enter(None).unwrap()];
        assert_eq!(places.enter(None).err(), Some(FULL));
        assert!(places.enter(Some(&viewer("ada"))).is_ok());
        assert!(Places::new(OF, 1, 1).enter(None).is_ok(), "of few places they have one");
    }

    #[test]
    fn who_is_known_at_last_keeps_the_place_and_leaves_that_of_a_stranger() {
        let places = Places::new(OF, 4, 1);
        let mut stranger = places.enter(None).unwrap();
        let _others = ["ada", "bob", "eve"].map(|subject| places.enter(Some(&viewer(subject))).unwrap());
        assert_eq!(stranger.belongs_to(&viewer("ada")).err(), Some(Full::Caller { of: OF, most: 1 }));
        assert_eq!(stranger.belongs_to(&viewer("zoe")), Ok(()), "though the service is full");
        assert_eq!(places.taken().get(&Share::Strangers), None);
        drop(stranger);
        assert!(places.enter(None).is_ok());
    }

    #[test]
    fn an_organization_has_half_of_the_places_however_many_callers_it_has() {
        let of = |organization: u128, subject: &str| {
            let organization = Some(OrganizationId::new(Uuid::from_u128(organization)));
            Viewer { organization, ..viewer(subject) }
        };
        let places = Places::shared(OF, 8);
        let take = |viewer: &Viewer, number| places.take(Some(viewer), number);
        let held = [take(&of(1, "ada"), 2).unwrap(), take(&of(1, "bob"), 2).unwrap()];
        let full = Full::Organization { of: OF, most: 4 };
        assert_eq!(take(&of(1, "eve"), 1).err(), Some(full));
        let mut late = places.enter(None).unwrap();
        assert_eq!(late.belongs_to(&of(1, "eve")).err(), Some(full));
        assert!(take(&of(2, "zoe"), 2).is_ok());
        drop(held);
        assert!(late.belongs_to(&of(1, "eve")).is_ok());
        drop(late);
        assert!(places.taken().is_empty());
    }

    #[test]
    fn what_nobody_holds_takes_no_room() {
        let places = Places::new(OF, 8, 8);
        let held = [places.enter(None).unwrap(), places.enter(Some(&viewer("ada"))).unwrap()];
        assert!(places.emptied().now_or_never().is_none());
        drop(held);
        assert!(places.taken().is_empty() && places.emptied().now_or_never().is_some());
    }
}
