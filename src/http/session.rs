//! How long a live connection lasts: until its token ends, or the service stops.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::watch;
use tokio::time::{Interval, interval};

use super::answer::Failure;
use super::app::App;
use super::auth::end_of_token;
use super::places::{Full, Place};
use crate::access::viewer::Viewer;

/// How often a token is looked at while nothing happens.
const LOOK: Duration = Duration::from_secs(1);

/// One live connection's caller and place.
pub(super) struct Session {
    app: Arc<App>,
    viewer: Option<Viewer>,
    place: Place,
    look: Interval,
    stopping: watch::Receiver<bool>,
}

/// Why a live connection ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// With its token, for this reason.
    Token(&'static str),
    /// With the service.
    Stopping,
}

impl Session {
    /// A connection of a caller, or of one who is yet to say who it is; if there is a place for it.
    pub(super) fn begin(app: &Arc<App>, viewer: Option<Viewer>) -> Result<Self, Full> {
        let place = app.live.enter(viewer.as_ref())?;
        Ok(Self { viewer, place, look: interval(LOOK), stopping: app.stopping(), app: Arc::clone(app) })
    }

    /// Who is connected, once that is known.
    pub(super) const fn viewer(&self) -> Option<&Viewer> {
        self.viewer.as_ref()
    }

    /// From now on it is known who is connected.
    pub(super) fn identify(&mut self, viewer: Viewer) -> Result<(), Full> {
        self.place.belongs_to(&viewer)?;
        self.viewer = Some(viewer);
        Ok(())
    }

    /// Whether the connection is to end. Asked before anything is sent on it.
    pub(super) fn end(&self) -> Option<End> {
        if *self.stopping.borrow() {
            return Some(End::Stopping);
        }
        self.viewer.as_ref().and_then(|viewer| end_of_token(&self.app, viewer)).map(End::Token)
    }

    /// Done when the connection is to end. It can be given up and asked again.
    pub(super) async fn ended(&mut self) -> End {
        loop {
            if let Some(end) = self.end() {
                return end;
            }
            tokio::select! {
                _ = self.look.tick() => {}
                // The sender is part of the app, which is held.
                _ = self.stopping.wait_for(|stopping| *stopping) => {}
            }
        }
    }
}

impl From<End> for Failure {
    fn from(end: End) -> Self {
        match end {
            End::Token(reason) => {
                let message = format!("{reason}: connect again with a new one");
                Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
            }
            End::Stopping => Self::unavailable("the service is stopping: connect again"),
        }
    }
}
