//! Reviews of KPIs: when they are, by the agreed schedule, and what is on the table then.

pub mod list;
mod recurrence;
mod rule;
mod schedule;
pub mod table;

pub use schedule::{Occurrence, Upcoming, checked, next, upcoming};
