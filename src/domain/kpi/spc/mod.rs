//! Statistical process control: which points of a series are signals, and which are noise. Pure.
//!
//! [`chart_for`] chooses the kind of chart for a kind of data, [`Chart::new`] computes centre lines and limits,
//! [`signals`] applies a set of rules, [`variation`] and [`assurance`] say at a glance what it means. Each takes what
//! the one before gave; none reads a clock or a database.
//!
//! What was decided where textbooks leave a choice:
//!
//! - A point on a line is not beyond it, and what differs by rounding alone is the same.
//! - A gap (no data, pending, excluded from the KPI) ends runs, trends and windows, and has no moving range.
//! - A point that is excluded from the limits stays on the chart, but rules see a gap in its place. Its cause is known
//!   and recorded; to find it again is no news, and to let it lengthen a run would count it twice. (JMP treats such
//!   points as missing in tests, qicharts2 leaves them out of the analysis of runs.)
//! - A phase ends what a gap ends, and has its own centre line and limits. One that has too few points yet has
//!   none, and nothing in it is judged.
//! - Where all points behind the limits are the same, the limits are the centre line, any other value is beyond
//!   them, and rules that ask for zones between them have nothing to tell.
//! - Two of three and four of five count the points that are far enough out, on one side; where the others are does
//!   not matter, as with Western Electric and Nelson. (The spreadsheets of the NHS want all three on one side.)
//! - The side of a trend is where it goes, not where it is, as in the NHS's own tools.

mod chart;
mod chart_type;
mod choice;
mod crossings;
mod fit;
mod icon;
mod misfit;
mod pattern;
mod phase;
mod reading;
mod rule_set;
mod sample;
mod segment;
mod signal;
#[cfg(test)]
mod tests;

pub use chart::{Chart, ChartPhase, Lines, MovingRange, Point, RangeLines};
pub use chart_type::ChartType;
pub use choice::{DataKind, chart_for};
pub use icon::{Assurance, Variation, assurance, latest, variation};
pub use misfit::Misfit;
pub use rule_set::{RuleName, RuleSet};
pub use sample::{Measurement, Phase, Sample};
pub use signal::{ChartPart, Side, Signal, signals};
