//! Sites of an organization: where work is done, and when.

use async_graphql::{Enum, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::NoRelation as Relation;
use super::texts::Texts;
use crate::id::{OrganizationId, SiteId};
use crate::scalar::{Date, LocalTime};

/// One site.
#[derive(Clone, Debug, PartialEq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SiteId,
    /// Whose site it is.
    pub organization_id: OrganizationId,
    /// Its name, for people.
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// An IANA time zone.
    pub time_zone: String,
    /// The regular week, in local time.
    #[sea_orm(column_type = "JsonBinary")]
    pub working_hours: WorkingHours,
    /// The days off that the week does not tell.
    #[sea_orm(column_type = "JsonBinary")]
    pub holidays: Holidays,
    /// BCP 47 tags.
    #[sea_orm(column_type = "JsonBinary")]
    pub languages: Texts,
    /// What the site can do.
    #[sea_orm(column_type = "JsonBinary")]
    pub capabilities: Texts,
    /// 1 when new, one more with each update.
    pub version: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The working hours of a week, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct WorkingHours(pub Vec<WorkingPeriod>);

/// Hours on one day of the week in which the site works; a day with a break has two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, InputObject, SimpleObject)]
#[graphql(input_name = "WorkingPeriodInput")]
pub struct WorkingPeriod {
    /// The day of the week.
    pub weekday: Weekday,
    /// When work starts, in the site's local time.
    pub opens: LocalTime,
    /// When work ends, in the site's local time.
    pub closes: LocalTime,
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Weekday {
    /// Monday, the first day of an ISO week.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday, the last day of an ISO week.
    Sunday,
}

/// The public holidays that a site keeps, as a JSON column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Holidays(pub Vec<Holiday>);

/// One day on which the site does not work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, InputObject, SimpleObject)]
#[graphql(input_name = "HolidayInput")]
pub struct Holiday {
    /// The local date.
    pub date: Date,
    /// What is kept on it.
    pub name: String,
}
