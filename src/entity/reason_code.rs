//! Reason codes: why a date was revised, or why a record missed what was agreed.

use async_graphql::{Enum, InputObject, SimpleObject};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// The reasons that the records of a KPI name, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct ReasonCodes(pub Vec<ReasonCode>);

/// A reason that records can name. Codes are retired and merged, and never removed: old records name them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, SimpleObject, InputObject)]
#[graphql(name = "KpiReasonCode", input_name = "KpiReasonCodeInput")]
#[serde(rename_all = "camelCase")]
pub struct ReasonCode {
    /// The code, as `CUSTOMS`: up to 40 letters, digits and hyphens, beginning with a letter.
    pub code: String,
    /// What it stands for, up to 200 characters.
    pub name: String,
    /// Who could have done something about it.
    pub family: ReasonFamily,
    /// Whether a due date may be revised for it.
    pub allows_revision: bool,
    /// Whether it is retired: new records no longer name it.
    pub retired: bool,
    /// The code that took its place, of a retired one.
    pub merged_into: Option<String>,
}

/// Who could have done something about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Enum)]
#[graphql(name = "KpiReasonFamily")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonFamily {
    /// Nobody: a strike, a storm, an authority.
    Nobody,
    /// The supplier of the goods or work.
    Supplier,
    /// The buyer of the goods or work.
    Buyer,
    /// The carrier or the planner of the transport.
    Carrier,
}
