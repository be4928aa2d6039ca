//! Reading the bases of charts.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, Condition, QueryFilter};

use crate::access::reader::Reader;
use crate::db::page::{Listed, SortKey};
use crate::domain::kpi::version::numbered;
use crate::entity::kpi_chart_basis::{Column, Entity, Model};
use crate::entity::kpi_definition::KpiDefinitionState as State;
use crate::error::{Error, Result};
use crate::id::KpiId;

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

/// The key of the basis of a KPI's chart that is in a state of which there is one at most: proposed, or agreed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BasisOf {
    kpi: KpiId,
    state: State,
}

impl BasisOf {
    /// The one that both parties agreed last.
    #[must_use]
    pub const fn agreed(kpi: KpiId) -> Self {
        Self { kpi, state: State::Agreed }
    }

    /// The one that is proposed and not agreed yet.
    #[must_use]
    pub const fn proposed(kpi: KpiId) -> Self {
        Self { kpi, state: State::Proposed }
    }
}

impl Loader<BasisOf> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[BasisOf]) -> Result<HashMap<BasisOf, Model>> {
        let select = self
            .find::<Entity>()
            .filter(Column::KpiId.is_in(keys.iter().map(|key| key.kpi)))
            .filter(Column::State.is_in([State::Agreed, State::Proposed]));
        let rows = select.all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (BasisOf { kpi: row.kpi_id, state: row.state }, row)).collect())
    }
}

/// The key of a version's predecessor, whatever became of that.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BasisBefore {
    /// The KPI.
    pub kpi: KpiId,
    /// The number of the version.
    pub number: i32,
}

impl Loader<BasisBefore> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[BasisBefore]) -> Result<HashMap<BasisBefore, Model>> {
        let rows = numbered::<Entity>(self, keys.iter().map(|key| (key.kpi, key.number - 1))).await?;
        let key = |row: &Model| BasisBefore { kpi: row.kpi_id, number: row.number + 1 };
        Ok(rows.into_iter().map(|row| (key(&row), row)).collect())
    }
}
