//! What the limits of a KPI's control chart rest on: its kind and rules, phases with agreed dates and reasons, and points
//! that are left out. In versions that both parties agree to, as they do to a definition: limits that one party could
//! move by itself would tell signal from noise for nobody.

pub mod agree;
pub mod close;
mod content;
pub mod input;
pub mod list;
pub mod propose;

pub use content::Content;

use crate::access::writer::UnderRelationship;
use crate::entity::kpi;
use crate::entity::kpi_chart_basis::{Column, Entity};

impl UnderRelationship for Entity {
    const RELATIONSHIP: Column = Column::RelationshipId;
}

impl UnderRelationship for kpi::Entity {
    const RELATIONSHIP: kpi::Column = kpi::Column::RelationshipId;
}
