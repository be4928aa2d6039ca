//! Behavior through the API, on SQLite and on PostgreSQL: one binary, since each would link everything again.

#![expect(unreachable_pub, reason = "nothing outside this binary reaches anything in it")]

mod action_items;
mod charter;
mod datasets;
mod harness;
mod relationships;
