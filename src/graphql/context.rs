//! What a resolver works with: the caller's reads, its writes, what it can wait for, and nothing else.

use std::sync::Arc;

use async_graphql::Context;

use crate::access::link::Links;
use crate::access::reader::{Reader, Reads};
use crate::access::viewer::Viewer;
use crate::access::writer::Writer;
use crate::clock::Clock;
use crate::db::Database;
use crate::db::feed::Feed;

/// One caller's reads, its writes, and what it waits for, for one request.
pub struct Caller {
    reads: Reads,
    writer: Writer,
    feed: Feed,
    links: Links,
}

impl Caller {
    /// Made anew for each request.
    #[must_use]
    pub fn new(viewer: Viewer, database: &Database, clock: &Clock, links: &Links) -> Self {
        let viewer = Arc::new(viewer);
        let reader = Reader::new(Arc::clone(&viewer), database.reader().clone(), clock.clone());
        let writer = Writer::new(database.clone(), viewer, clock.clone());
        Self { reads: Reads::new(reader), writer, feed: database.feed().clone(), links: links.clone() }
    }

    /// What is read.
    #[must_use]
    pub const fn reads(&self) -> &Reads {
        &self.reads
    }
}

/// How resolvers reach their caller.
pub trait ContextExt {
    /// Everything that the caller may read.
    fn reads(&self) -> &Reads;

    /// Who is calling.
    fn viewer(&self) -> &Viewer {
        self.reads().reader().viewer()
    }

    /// The caller's writes. What was read before is forgotten, so that a payload shows what was written.
    fn writer(&self) -> &Writer;

    /// What tells of new entries of the journal.
    fn feed(&self) -> &Feed;

    /// How links are made.
    fn links(&self) -> &Links;
}

impl ContextExt for Context<'_> {
    fn reads(&self) -> &Reads {
        &self.data_unchecked::<Arc<Caller>>().reads
    }

    fn writer(&self) -> &Writer {
        let caller = self.data_unchecked::<Arc<Caller>>();
        caller.reads.forget();
        &caller.writer
    }

    fn feed(&self) -> &Feed {
        &self.data_unchecked::<Arc<Caller>>().feed
    }

    fn links(&self) -> &Links {
        &self.data_unchecked::<Arc<Caller>>().links
    }
}
