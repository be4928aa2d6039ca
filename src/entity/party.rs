//! The two sides of a relationship.

use async_graphql::Enum;
use sea_orm::{DeriveActiveEnum, EnumIter, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

/// A side of a relationship. The same organization can be the sponsor in one relationship and the CDMO in another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum, Enum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Party {
    /// The company whose product is made: it places the orders.
    Sponsor,
    /// The contract development and manufacturing organization: it makes the product.
    Cdmo,
}

impl Party {
    /// The counterparty.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Sponsor => Self::Cdmo,
            Self::Cdmo => Self::Sponsor,
        }
    }
}

/// Some of the two parties, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Parties(pub Vec<Party>);
