//! Behavior through the API, on SQLite and on PostgreSQL: one binary, since each would link everything again.

#![expect(unreachable_pub, reason = "nothing outside this binary reaches anything in it")]

mod access;
mod action_items;
mod cases;
mod charter;
mod charts;
mod cost;
mod datasets;
mod deepest;
mod definitions;
mod demo;
mod docs;
mod edges;
mod examples;
mod federation;
mod framework;
mod harness;
mod hostile;
mod journal;
mod layers;
mod limits;
mod live;
mod observations;
mod organizations;
mod paging;
mod pictures;
mod previews;
mod relationships;
mod reviews;
mod schema;
mod series;
mod tokens;
mod upgrade;
mod whole_or_nothing;
