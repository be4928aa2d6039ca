//! Contacts: the people of an organization, each with a role, a backup and a time of validity.

use async_graphql::{InputObject, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::NoRelation as Relation;
use crate::id::{ContactId, OrganizationId, SiteId};
use crate::scalar::Date;

/// One contact.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Whose contact it is.
    pub organization_id: OrganizationId,
    /// The person's or team's name.
    pub name: String,
    /// What they do, in the organization's words.
    pub role: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Where a call reaches them.
    pub phone: Option<String>,
    /// The `sub` of their access tokens, so that they find what is assigned to them.
    pub subject: Option<String>,
    /// The site they work at.
    pub site_id: Option<SiteId>,
    /// Who stands in for them.
    pub backup_contact_id: Option<ContactId>,
    /// The first day on which they are the contact.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which they are the contact.
    pub valid_to: Option<NaiveDate>,
    /// When they are away.
    #[sea_orm(column_type = "JsonBinary")]
    pub away: AwayDates,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// When a contact is away, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct AwayDates(pub Vec<AwayPeriod>);

/// Days on which a contact is away, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, InputObject, SimpleObject)]
#[graphql(input_name = "AwayPeriodInput")]
pub struct AwayPeriod {
    /// The first day away.
    pub from: Date,
    /// The last day away.
    pub to: Date,
}
