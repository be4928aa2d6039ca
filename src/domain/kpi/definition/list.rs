//! Reading KPIs and the versions of their definitions.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Enum, ID, InputObject};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};

use super::parts::checked_code;
use crate::access::reader::Reader;
use crate::access::writer::Operation;
use crate::db::page::{Listed, SortKey};
use crate::domain::check::Check;
use crate::domain::kpi::version::numbered;
use crate::entity::kpi;
use crate::entity::kpi_definition::{Column, Entity, KpiDefinitionState as State, Model};
use crate::error::{Error, Result};
use crate::id::{KpiId, RelationshipId};

/// The most codes that a filter names.
const MOST_CODES: usize = 100;

/// Narrows a list of KPIs.
#[derive(Debug, Default, InputObject)]
pub struct KpiFilter {
    /// Only those of this relationship.
    relationship_id: Option<ID>,
    /// Only those with one of these codes: up to 100.
    codes: Option<Vec<String>>,
    /// Only those with a definition that both parties have agreed, or only those without.
    agreed: Option<bool>,
}

/// The filter, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    relationship: Option<RelationshipId>,
    codes: Option<Vec<String>>,
    agreed: Option<bool>,
}

impl KpiFilter {
    /// Checks the filter.
    pub fn resolve(self) -> Result<Narrowing> {
        let Self { relationship_id, codes, agreed } = self;
        let mut check = Check::of("filter");
        let relationship = check.optional_id("relationshipId", relationship_id.as_deref().map(String::as_str));
        let codes = codes.map(|codes| {
            check.that(codes.len() <= MOST_CODES, "codes", format!("has more than {MOST_CODES} entries"));
            let numbered = codes.iter().take(MOST_CODES).enumerate();
            numbered.map(|(index, code)| checked_code(&mut check, &format!("codes[{index}]"), code)).collect()
        });
        check.finish()?;
        Ok(Narrowing { relationship, codes, agreed })
    }
}

/// How a list of KPIs is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum KpiOrder {
    /// By code, letters after digits.
    #[default]
    CodeAsc,
    /// The oldest first.
    CreatedAtAsc,
    /// The newest first.
    CreatedAtDesc,
}

impl Listed for kpi::Entity {
    type Filter = Narrowing;
    type Order = KpiOrder;

    fn matching(filter: &Narrowing) -> Condition {
        use kpi::Column::{AgreedNumber, Code, RelationshipId};
        let Narrowing { relationship, codes, agreed } = filter;
        Condition::all()
            .add_option(relationship.map(|id| RelationshipId.eq(id)))
            .add_option(codes.as_ref().map(|codes| Code.is_in(codes)))
            .add_option(agreed.map(|agreed| if agreed { AgreedNumber.is_not_null() } else { AgreedNumber.is_null() }))
    }

    fn sort_key(order: KpiOrder) -> SortKey<kpi::Column> {
        // Ids are given out in the order of creation.
        match order {
            KpiOrder::CodeAsc => SortKey::ascending([kpi::Column::Code, kpi::Column::Id]),
            KpiOrder::CreatedAtAsc => SortKey::ascending([kpi::Column::Id]),
            KpiOrder::CreatedAtDesc => SortKey::descending([kpi::Column::Id]),
        }
    }
}

impl Listed for Entity {
    type Filter = ();
    type Order = ();

    fn matching((): &()) -> Condition {
        Condition::all()
    }

    fn sort_key((): ()) -> SortKey<Column> {
        SortKey::ascending([Column::Id])
    }
}

/// The key of the versions of a KPI's definition that both parties agreed, as far as the caller sees them, oldest
/// first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AgreedVersionsOf(pub KpiId);

impl Loader<AgreedVersionsOf> for Reader {
    type Value = Vec<Model>;
    type Error = Error;

    async fn load(&self, keys: &[AgreedVersionsOf]) -> Result<HashMap<AgreedVersionsOf, Vec<Model>>> {
        let select = self
            .find::<Entity>()
            .filter(Column::KpiId.is_in(keys.iter().map(|key| key.0)))
            .filter(Column::State.is_in([State::Agreed, State::Superseded]))
            .order_by_asc(Column::Number);
        let mut versions: HashMap<AgreedVersionsOf, Vec<Model>> = HashMap::new();
        for row in select.all(self.connection()).await? {
            versions.entry(AgreedVersionsOf(row.kpi_id)).or_default().push(row);
        }
        Ok(versions)
    }
}

/// The versions of a KPI's definition that both parties agreed, oldest first, for an operation to decide on.
pub async fn agreed_versions(operation: &Operation, kpi: KpiId) -> Result<Vec<Model>> {
    let select = operation
        .find::<Entity>()
        .filter(Column::KpiId.eq(kpi))
        .filter(Column::State.is_in([State::Agreed, State::Superseded]))
        .order_by_asc(Column::Number);
    Ok(select.all(operation.transaction()).await?)
}

/// The key of a version's predecessor, whatever became of that.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct VersionBefore {
    /// The KPI.
    pub kpi: KpiId,
    /// The number of the version.
    pub number: i32,
}

impl Loader<VersionBefore> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[VersionBefore]) -> Result<HashMap<VersionBefore, Model>> {
        let rows = numbered::<Entity>(self, keys.iter().map(|key| (key.kpi, key.number - 1))).await?;
        let key = |row: &Model| VersionBefore { kpi: row.kpi_id, number: row.number + 1 };
        Ok(rows.into_iter().map(|row| (key(&row), row)).collect())
    }
}

/// The key of the version of a KPI that is proposed and not agreed yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ProposedVersionOf(pub KpiId);

impl Loader<ProposedVersionOf> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[ProposedVersionOf]) -> Result<HashMap<ProposedVersionOf, Model>> {
        let select = self
            .find::<Entity>()
            .filter(Column::KpiId.is_in(keys.iter().map(|key| key.0)))
            .filter(Column::State.eq(State::Proposed));
        let rows = select.all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (ProposedVersionOf(row.kpi_id), row)).collect())
    }
}
