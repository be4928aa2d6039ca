//! What a resolver works with: the caller's reads, the caller's writes and nothing else.

use std::sync::Arc;

use async_graphql::Context;

use crate::access::reader::{Reader, Reads};
use crate::access::viewer::Viewer;
use crate::access::writer::Writer;
use crate::clock::Clock;
use crate::db::Database;

/// One caller's reads and writes, for one request.
pub struct Caller {
    reads: Reads,
    writer: Writer,
}

impl Caller {
    /// Made anew for each request.
    #[must_use]
    pub fn new(viewer: Viewer, database: &Database, clock: &Clock) -> Self {
        let viewer = Arc::new(viewer);
        let reader = Reader::new(Arc::clone(&viewer), database.reader().clone(), clock.today());
        Self { reads: Reads::new(reader), writer: Writer::new(database.clone(), viewer, clock.clone()) }
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
}
