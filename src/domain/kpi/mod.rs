//! KPIs: what the parties agree to measure, and what they measure.

pub mod dataset;
pub mod period;
pub mod signature;
