//! Datasets: the observations of one KPI for one reporting period, moving through the stages as one.
//!
//! ```text
//!           share               align (both)              release
//!  DRAFT ----------> SHARED ------------------> ALIGNED ----------> RELEASED
//!                      |  ^                        |                   |
//!                      |  +---- correct (new revision, reason) --------+
//!                      +------------- release after the notice period ->
//! ```
//!
//! A draft is its collecting party's own affair: its entries go to that organization's chain, and nothing locks
//! the relationship. From sharing on, every step is on the relationship's chain.

pub mod align;
pub mod contents;
pub mod correct;
pub mod difference;
pub mod draft;
mod elsewhere;
pub mod input;
pub mod list;
pub mod readings;
pub mod record;
pub mod records;
mod recount;
pub mod release;
pub mod share;
pub mod source;
mod target;
pub mod work_weeks;

pub use list::{KpiDatasetFilter, KpiDatasetOrder};
