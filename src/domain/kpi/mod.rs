//! KPIs: what the parties agree to measure, and what they measure.

pub mod aggregate;
pub mod attainment;
pub mod catalog;
pub mod chart;
pub mod chart_basis;
pub mod charter;
pub mod counting;
pub mod dataset;
pub mod definition;
pub mod observation;
pub mod period;
pub mod preview;
pub mod review;
pub mod said;
pub mod series;
pub mod signature;
pub mod spc;
mod sum;
pub mod version;
