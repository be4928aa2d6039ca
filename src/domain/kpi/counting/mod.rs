//! How source records become observations: what a definition's rule makes of one record, and what the records of a
//! period make together. Pure: none reads a clock or a database, so that a definition can be tried before it is agreed.
//!
//! What was decided where the parties' words leave a choice:
//!
//! - All is judged as of one day, the day of the data, on calendar dates. That day is not over: a window or a period that
//!   ends on it is still open.
//! - What is said to have happened after that day has not happened for an on-time rule; the contradiction is told.
//! - While its window is open a record that was not delivered in time, and in full where the rule says so, can still be
//!   made good: it is pending. From the day after on it is late.
//! - A record without the outcome that a rule asks for is pending; one without a quantity or a day that the rule sums is
//!   not counted, unless the quantity can still come.
//! - An excluded record is placed in its period and counted apart, whatever else it lacks.

mod contradiction;
mod dates;
mod explain;
mod judge;
mod observe;
mod reasons;
#[cfg(test)]
mod tests;
mod work_week;

pub use contradiction::{Contradiction, contradictions};
pub use explain::why;
pub use judge::{Counting, Judgement, Lack};
pub use observe::{Observed, RecordCounts, observe};
pub use reasons::check_reasons;
pub use work_week::WorkWeek;
