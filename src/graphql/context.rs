//! What a resolver works with: the caller's reads, the caller's writes and nothing else.

use std::sync::Arc;

use async_graphql::{Context, Request};

use crate::access::reader::{Reader, Reads};
use crate::access::viewer::Viewer;
use crate::access::writer::Writer;
use crate::clock::Clock;
use crate::db::Database;

struct Caller {
    reads: Reads,
    writer: Writer,
}

/// Makes a request one caller's.
#[must_use]
pub fn for_caller(request: Request, viewer: Viewer, database: &Database, clock: &Clock) -> Request {
    let viewer = Arc::new(viewer);
    let reader = Reader::new(Arc::clone(&viewer), database.reader().clone(), clock.today());
    request.data(Caller { reads: Reads::new(reader), writer: Writer::new(database.clone(), viewer, clock.clone()) })
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
        &self.data_unchecked::<Caller>().reads
    }

    fn writer(&self) -> &Writer {
        let caller = self.data_unchecked::<Caller>();
        caller.reads.forget();
        &caller.writer
    }
}
