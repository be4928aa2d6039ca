//! The organizations of relationships. A relationship is read together with both of them, in one statement: nearly every
//! reader of a relationship wants to know between whom it is.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::Alias;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult, QuerySelect};

use crate::access::reader::Reader;
use crate::db::select::with_columns_of;
use crate::entity::party::Party;
use crate::entity::{organization, relationship};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, RelationshipId};

/// A relationship, its sponsor and its CDMO. Who sees a relationship sees the names of both.
#[derive(Clone, Debug)]
pub struct RelationshipWithParties {
    /// The relationship.
    pub relationship: relationship::Model,
    /// The sponsor.
    pub sponsor: organization::Model,
    /// The CDMO.
    pub cdmo: organization::Model,
}

impl FromQueryResult for RelationshipWithParties {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self {
            relationship: relationship::Model::from_query_result(row, "")?,
            sponsor: organization::Model::from_query_result(row, SPONSOR)?,
            cdmo: organization::Model::from_query_result(row, CDMO)?,
        })
    }
}

const SPONSOR: &str = "sponsor_";
const CDMO: &str = "cdmo_";

/// The key of a relationship with its parties.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PartiesOf(pub RelationshipId);

impl Loader<PartiesOf> for Reader {
    type Value = RelationshipWithParties;
    type Error = Error;

    async fn load(&self, keys: &[PartiesOf]) -> Result<HashMap<PartiesOf, RelationshipWithParties>> {
        use relationship::Column;
        let ids = keys.iter().map(|key| key.0);
        let mut select = self.find::<relationship::Entity>().filter(Column::Id.is_in(ids));
        for (side, column) in [(SPONSOR, Column::SponsorId), (CDMO, Column::CdmoId)] {
            let join =
                relationship::Entity::belongs_to(organization::Entity).from(column).to(organization::Column::Id).into();
            select = select.join_as(JoinType::InnerJoin, join, Alias::new(side));
            select = with_columns_of::<_, organization::Entity>(select, side);
        }
        let rows = select.into_model::<RelationshipWithParties>().all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (PartiesOf(row.relationship.id), row)).collect())
    }
}

/// The key of the sides of a relationship.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SidesOf(pub RelationshipId);

/// Which organization is on which side.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Sides {
    id: RelationshipId,
    sponsor_id: OrganizationId,
    cdmo_id: OrganizationId,
}

impl Sides {
    /// The organization on a side.
    #[must_use]
    pub const fn organization(self, party: Party) -> OrganizationId {
        match party {
            Party::Sponsor => self.sponsor_id,
            Party::Cdmo => self.cdmo_id,
        }
    }
}

impl Loader<SidesOf> for Reader {
    type Value = Sides;
    type Error = Error;

    async fn load(&self, keys: &[SidesOf]) -> Result<HashMap<SidesOf, Sides>> {
        use relationship::Column;
        let ids = keys.iter().map(|key| key.0);
        let select = self.own_relationships().filter(Column::Id.is_in(ids)).select_only();
        let sides = select.columns([Column::Id, Column::SponsorId, Column::CdmoId]).into_model::<Sides>();
        let rows = sides.all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (SidesOf(row.id), row)).collect())
    }
}
