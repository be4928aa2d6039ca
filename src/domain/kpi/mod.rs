//! KPIs: what the parties agree to measure, and what they measure.

pub mod aggregate;
pub mod catalog;
pub mod charter;
pub mod dataset;
pub mod definition;
pub mod observation;
pub mod period;
pub mod review;
pub mod series;
pub mod signature;
pub mod spc;
mod sum;
