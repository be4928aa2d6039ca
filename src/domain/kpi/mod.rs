//! KPIs: what the parties agree to measure, and what they measure.

pub mod charter;
pub mod dataset;
pub mod definition;
pub mod observation;
pub mod period;
pub mod signature;
