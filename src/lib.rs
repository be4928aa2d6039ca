//! Guidepost: the shared record of a sponsor–CDMO relationship, as a GraphQL service that both sides can trust.
//!
//! The modules, each built on those below it:
//!
//! - [`graphql`]: what the API shows.
//! - [`domain`]: what the service does, feature by feature.
//! - [`access`]: who the caller is, what it sees, what it may do.
//! - [`db`]: connections, writes with their journal entry, pages.
//! - [`entity`]: the rows of each table.
//! - [`error`], [`clock`], [`id`]: the one error, time, and typed ids.

pub mod access;
pub mod clock;
pub mod db;
pub mod domain;
pub mod entity;
pub mod error;
pub mod graphql;
pub mod id;
