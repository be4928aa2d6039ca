//! KPIs: charter, definitions, observations and series.

pub mod charter;
pub mod dataset;
pub mod dataset_writes;
pub mod definition;
pub mod definition_writes;
#[expect(clippy::module_inception, reason = "a KPI is one of the things of this feature")]
pub mod kpi;
pub mod observation;
pub mod review;
pub mod revision;
pub mod series;
pub mod signature;
pub mod template;
