//! The database below all rules: connecting, writing with a journal entry, reading page by page.

pub mod connect;
pub mod journal;
pub mod observations;
pub mod page;
pub mod select;
pub mod write;

pub use connect::Database;
