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
pub mod correct;
pub mod difference;
pub mod draft;
pub mod input;
pub mod list;
pub mod readings;
pub mod release;
pub mod share;
mod target;

pub use list::{KpiDatasetFilter, KpiDatasetOrder};

use crate::access::visibility::KpiLevel;
use crate::entity::kpi_dataset;

/// The revision of a dataset that a caller reads: leadership the last released one, others the current one.
#[must_use]
pub fn readable_revision(dataset: &kpi_dataset::Model, level: KpiLevel) -> i32 {
    match level {
        KpiLevel::Leadership => dataset.released_revision.unwrap_or(dataset.revision),
        KpiLevel::Working | KpiLevel::Collector | KpiLevel::Nothing => dataset.revision,
    }
}
