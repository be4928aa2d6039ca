//! The database below all rules: connecting, writing with a journal entry, telling of it, reading page by page,
//! verifying.

pub mod children;
pub mod connect;
pub mod feed;
pub mod journal;
pub mod journaled;
pub mod observation_page;
pub mod observations;
pub mod page;
pub mod recorded;
pub mod revisioned;
pub mod select;
pub mod source_records;
pub mod verify;
pub mod write;

pub use connect::Database;
