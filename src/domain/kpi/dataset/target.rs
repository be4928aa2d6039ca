//! What an operation on a dataset decides on: the dataset, its definition version, its relationship and the
//! sites in play, read together and with the dataset locked.

use chrono::NaiveDate;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Query};
use sea_orm::{
    ColumnTrait, EntityName, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait,
};

use crate::access::permit::dataset::{DatasetRule, measured_by_what_stood};
use crate::access::writer::{Operation, UnderRelationship};
use crate::db::journal::Chain;
use crate::db::revisioned::sites_of;
use crate::db::select::with_columns_of;
use crate::domain::check::expected_version;
use crate::entity::kpi_dataset::{self, Column};
use crate::entity::kpi_definition::effective;
use crate::entity::observation::{self, NO_SITE};
use crate::entity::party::Party;
use crate::entity::{journal_chain, kpi_definition, relationship, relationship_site, source_record};
use crate::error::{Error, Result};
use crate::id::{Kind, KpiDatasetId, SiteId, kind};

impl UnderRelationship for kpi_dataset::Entity {
    const RELATIONSHIP: Column = Column::RelationshipId;
}

/// A dataset under operation.
pub struct Target {
    /// The dataset, locked until the commit.
    pub dataset: kpi_dataset::Model,
    /// The version it is measured by.
    pub definition: kpi_definition::Model,
    /// The first day on which a version is valid that was agreed after it, if one was.
    pub next_from: Option<NaiveDate>,
    /// The sites in play, where the definition is by site or counts records, which name sites.
    pub sites: Vec<SiteId>,
    /// The caller's side.
    pub party: Party,
}

impl Target {
    /// A draft. Its journal is that of the caller's organization, whose chain is locked with it; the relationship is
    /// not: a draft is nobody else's affair.
    pub async fn draft(operation: &mut Operation, id: KpiDatasetId, rule: &DatasetRule) -> Result<Self> {
        let chain = Chain::Organization(operation.organization()?);
        let (target, relationship, end) = load(operation, id, chain).await?;
        operation.hold(chain, end);
        operation.check_standing(&relationship)?;
        rule.check(&target.dataset, target.party)?;
        Ok(target)
    }

    /// A dataset that both parties see, or will: the relationship is locked first.
    pub async fn shared(operation: &mut Operation, id: KpiDatasetId, rule: &DatasetRule) -> Result<Self> {
        let relationship = operation.relationship_of::<kpi_dataset::Entity, _>(id).await?;
        let (target, ..) = load(operation, id, Chain::Relationship(relationship.id)).await?;
        rule.check(&target.dataset, target.party)?;
        Ok(target)
    }

    /// T3: refuses numbers by a version that does not stand for the dataset's period.
    pub fn expect_version_that_stood(&self) -> Result<()> {
        measured_by_what_stood(&self.dataset, self.next_from)
    }

    /// The site in play with this id; or what is wrong with it.
    pub fn site(&self, text: &str) -> Result<SiteId, String> {
        let id = text.parse::<SiteId>().map_err(|error| error.to_string())?;
        if self.sites.contains(&id) { Ok(id) } else { Err("is no site in play of this relationship".to_owned()) }
    }

    /// Counts among the sites in play those that the current revision tells of: what is said of one that has left since
    /// can be corrected (T8).
    pub async fn sites_of_revision(&mut self, operation: &Operation) -> Result<()> {
        let (id, revision) = (self.dataset.id, self.dataset.revision);
        let told = if self.definition.counting_rule.is_some() {
            sites_of::<source_record::Entity>(operation.transaction(), id, revision).await?
        } else if self.definition.by_site {
            sites_of::<observation::Entity>(operation.transaction(), id, revision).await?
        } else {
            Vec::new()
        };
        self.sites.extend(told.into_iter().filter(|site| *site != NO_SITE));
        Ok(())
    }

    /// Refuses a word on a revision that is not the current one.
    pub fn expect_revision(&self, number: i32) -> Result<()> {
        let current = self.dataset.revision;
        if number == current {
            return Ok(());
        }
        let message = format!("the dataset's current revision is {current}, not {number}: read that one first");
        Err(Error::Outdated(message))
    }

    /// Refuses a change of what the caller has not seen.
    pub fn expect_version(&self, expected: i32) -> Result<()> {
        expected_version(kind::KpiDataset::NAME, expected, self.dataset.version)
    }
}

const DEFINITION: &str = "definition_";
const RELATIONSHIP: &str = "relationship_";
const CHAIN: &str = "chain_";
const SITE: &str = "site_in_play";
const NEXT_EFFECTIVE_ON: &str = "next_effective_on";
const NEXT_AGREED_AT: &str = "next_agreed_at";
const LATER: &str = "later_version";

struct Row {
    dataset: kpi_dataset::Model,
    definition: kpi_definition::Model,
    relationship: relationship::Model,
    next_from: Option<NaiveDate>,
    chain: journal_chain::Model,
    site: Option<SiteId>,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self {
            dataset: kpi_dataset::Model::from_query_result(row, "")?,
            definition: kpi_definition::Model::from_query_result(row, DEFINITION)?,
            relationship: relationship::Model::from_query_result(row, RELATIONSHIP)?,
            next_from: next_from(row)?,
            chain: journal_chain::Model::from_query_result(row, CHAIN)?,
            site: row.try_get("", SITE)?,
        })
    }
}

async fn load(
    operation: &Operation,
    id: KpiDatasetId,
    chain: Chain,
) -> Result<(Target, relationship::Model, journal_chain::Model)> {
    let definition = kpi_dataset::Entity::belongs_to(kpi_definition::Entity)
        .from(Column::DefinitionId)
        .to(kpi_definition::Column::Id)
        .into();
    let relationship = kpi_dataset::Entity::belongs_to(relationship::Entity)
        .from(Column::RelationshipId)
        .to(relationship::Column::Id)
        .into();
    let mut select = operation
        .find::<kpi_dataset::Entity>()
        .filter(Column::Id.eq(id))
        .join_as(JoinType::InnerJoin, definition, Alias::new(DEFINITION))
        .join_as(JoinType::InnerJoin, relationship, Alias::new(RELATIONSHIP));
    select = with_columns_of::<_, kpi_definition::Entity>(select, DEFINITION);
    select = with_columns_of::<_, relationship::Entity>(select, RELATIONSHIP);
    select = with_columns_of::<_, journal_chain::Entity>(select, CHAIN);
    let effective_on = kpi_definition::Column::EffectiveOn;
    let of_later = first_of_later_versions(effective_on, later(effective_on).is_not_null());
    select = select.expr_as(of_later, NEXT_EFFECTIVE_ON);
    let of_older = first_of_later_versions(kpi_definition::Column::AgreedAt, later(effective_on).is_null());
    select = select.expr_as(of_older, NEXT_AGREED_AT);
    select = select.expr_as(Expr::col((relationship_site::Entity, relationship_site::Column::SiteId)), SITE);
    let of_definition = |column: kpi_definition::Column| Expr::col((Alias::new(DEFINITION), column));
    let in_play = Expr::col((relationship_site::Entity, relationship_site::Column::RelationshipId))
        .equals((kpi_dataset::Entity, Column::RelationshipId))
        .and(
            of_definition(kpi_definition::Column::BySite)
                .eq(true)
                .or(of_definition(kpi_definition::Column::CountingRule).is_not_null()),
        );
    QueryTrait::query(&mut select).left_join(relationship_site::Entity, in_play);
    let end = Expr::col((Alias::new(CHAIN), journal_chain::Column::Id)).eq(chain.uuid());
    QueryTrait::query(&mut select).join_as(JoinType::InnerJoin, journal_chain::Entity, Alias::new(CHAIN), end);
    let locked = [Alias::new(kpi_dataset::Entity.table_name()), Alias::new(CHAIN)];
    QueryTrait::query(&mut select).lock_with_tables(LockType::NoKeyUpdate, locked);
    let rows = select.into_model::<Row>().all(operation.transaction()).await?;
    let sites = rows.iter().filter_map(|row| row.site).collect();
    let row = rows.into_iter().next().ok_or_else(|| Error::not_found(kind::KpiDataset::NAME))?;
    let party = operation.party(&row.relationship)?;
    Ok((
        Target { dataset: row.dataset, definition: row.definition, next_from: row.next_from, sites, party },
        row.relationship,
        row.chain,
    ))
}

/// The first day on which a later version is valid. Of those that were agreed before versions said from when on they are
/// valid, that is the day of the agreement.
fn next_from(row: &QueryResult) -> Result<Option<NaiveDate>, sea_orm::DbErr> {
    let effective_on: Option<NaiveDate> = row.try_get("", NEXT_EFFECTIVE_ON)?;
    let of_agreement = effective(None, row.try_get("", NEXT_AGREED_AT)?);
    Ok(effective_on.into_iter().chain(of_agreement).min())
}

/// The least value of a column among the versions that were agreed after the dataset's own, and of which a condition holds.
fn first_of_later_versions(column: kpi_definition::Column, condition: Expr) -> Expr {
    use kpi_definition::Column::{AgreedAt, KpiId, Number};
    let of_dataset = |column: kpi_definition::Column| Expr::col((Alias::new(DEFINITION), column));
    let first = Query::select()
        .expr(later(column).min())
        .from_as(kpi_definition::Entity, Alias::new(LATER))
        .and_where(later(KpiId).eq(of_dataset(KpiId)))
        .and_where(later(Number).gt(of_dataset(Number)))
        .and_where(later(AgreedAt).is_not_null())
        .and_where(condition)
        .to_owned();
    Expr::SubQuery(None, Box::new(first.into()))
}

fn later(column: kpi_definition::Column) -> Expr {
    Expr::col((Alias::new(LATER), column))
}
