//! KPIs: charter, definitions, observations, series and charts.

pub mod chart;
pub mod chart_basis;
pub mod chart_basis_writes;
pub mod chart_link;
pub mod charter;
pub mod columns;
pub mod dataset;
pub mod dataset_writes;
pub mod definition;
pub mod definition_writes;
#[expect(clippy::module_inception, reason = "a KPI is one of the things of this feature")]
pub mod kpi;
pub mod observation;
pub mod preview;
pub mod review;
pub mod revision;
pub mod series;
pub mod signal;
pub mod signature;
pub mod source_record;
pub mod template;
pub mod total;
