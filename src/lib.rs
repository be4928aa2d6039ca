//! Guidepost: the shared record of a sponsor–CDMO relationship, as a GraphQL service that both sides can trust.
//!
//! The modules, each built on those below it:
//!
//! - [`cli`]: the commands.
//! - [`demo`]: a made-up world to look around in, built on `domain`.
//! - [`http`]: the router, bearer authentication, GraphQL over HTTP, events and sockets, limits, GraphiQL, health, the
//!   way to stop.
//! - [`graphql`]: what the API shows.
//! - [`picture`]: control charts as SVG, pure.
//! - [`domain`]: what the service does, feature by feature.
//! - [`access`]: who the caller is, what it sees, what it may do.
//! - [`db`]: connections, writes with their journal entry, the feed that tells of them, pages.
//! - [`entity`]: the rows of each table.
//! - [`error`], [`clock`], [`id`], [`scalar`]: the one error, time, typed ids, and dates as the API writes them.
//!
//! [`config`] (every setting) and [`telemetry`] (logs) are read by `cli` and `http` alone.

pub mod access;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod domain;
pub mod entity;
pub mod error;
pub mod graphql;
pub mod http;
pub mod id;
pub mod picture;
pub mod scalar;
pub mod telemetry;
