//! Definitions: what one KPI of a relationship means, in versions that both parties agree to. Nothing is
//! measured by a version before both have signed it, and until then the one before stands (T3).

pub mod agree;
pub mod close;
pub mod content;
pub mod input;
pub mod list;
mod parts;
mod proposal;
pub mod propose;
pub mod validity;

pub(in crate::domain::kpi) use parts::checked_code;
pub(in crate::domain::kpi) use proposal::content_of;
