//! The control chart of a KPI, as far as its reader sees the KPI's series: which points are signals, and which are noise.
//!
//! The computing is in [`super::spc`]. Here is what it is given (the periods of a series, the phases and excluded points
//! that both parties agreed) and what of the result is shown. Limits rest on the whole series; the range that is asked for
//! is a window onto it. Of the agreed basis a chart shows what concerns the points that its reader sees: a phase with such a
//! point, the reason of one with a value. So it is the same rule for everyone, and tells leadership of nothing that is not
//! released, be it before, between or after what is.

mod asked;
mod current;
mod limits;
mod measured;
mod shown;

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, Select};

pub use self::asked::{Asked, MOST_SHOWN};
pub use self::current::{CurrentSignal, current_signals};
use self::measured::Measured;
pub use self::shown::{ChartShown, PhaseShown, PointShown, SignalShown};
use crate::access::reader::{Reader, Reads};
use crate::access::visibility::Visible;
use crate::domain::kpi::chart_basis::Content;
use crate::entity::kpi_chart_basis::{Column, Entity, Model};
use crate::entity::kpi_dataset;
use crate::entity::kpi_definition::KpiDefinitionState;
use crate::error::{Error, Result};
use crate::id::{KpiChartBasisId, KpiDatasetId, KpiId};

/// The chart of a KPI; none while its reader sees no value of it.
pub async fn chart_of(reads: &Reads, kpi: KpiId, asked: &Asked) -> Result<Option<ChartShown>> {
    let Some(measured) = Measured::read(reads, kpi, asked.site).await? else { return Ok(None) };
    let basis = reads.load(BasisInForce(kpi)).await?;
    let says = basis.as_ref().map_or_else(|| Content::nothing(kpi), Content::of);
    let chart = shown::shown(reads.reader().viewer(), measured, &says, asked)?;
    Ok(chart.map(|chart| ChartShown { basis: basis.map(|basis| basis.id), ..chart }))
}

/// What of a proposed basis does not fit what was measured so far: the field, and what is wrong with it.
pub async fn misfits(reads: &Reads, content: &Content) -> Result<Vec<(String, String)>> {
    let measured = Measured::read(reads, content.kpi_id, None).await?;
    Ok(measured.map_or_else(Vec::new, |measured| limits::misfits(&measured, content)))
}

/// What the charts of a KPI rest on at one moment: the revisions of its shared datasets, and the agreed basis. While these
/// are the same, so are the charts.
#[derive(PartialEq, Eq, Debug)]
pub struct Grounds {
    datasets: Vec<(KpiDatasetId, i32)>,
    basis: Option<KpiChartBasisId>,
}

impl Grounds {
    /// Reads them: of the datasets and bases that may be seen.
    pub async fn read(
        connection: &impl ConnectionTrait,
        (datasets, bases): (Select<kpi_dataset::Entity>, Select<Entity>),
        kpi: KpiId,
    ) -> Result<Self> {
        use kpi_dataset::Column as Dataset;
        let datasets = datasets
            .filter(Dataset::KpiId.eq(kpi))
            .filter(kpi_dataset::Entity::shared_with_both())
            .order_by_asc(Dataset::Id)
            .select_only()
            .columns([Dataset::Id, Dataset::Revision]);
        let agreed = bases.filter(Column::KpiId.eq(kpi)).filter(Column::State.eq(KpiDefinitionState::Agreed));
        Ok(Self {
            datasets: datasets.into_tuple().all(connection).await?,
            basis: agreed.select_only().column(Column::Id).into_tuple().one(connection).await?,
        })
    }
}

/// The key of the basis that both parties agreed last for the chart of a KPI: what a chart rests on, and not to be shown
/// beyond that.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct BasisInForce(KpiId);

impl Loader<BasisInForce> for Reader {
    type Value = Model;
    type Error = Error;

    async fn load(&self, keys: &[BasisInForce]) -> Result<HashMap<BasisInForce, Model>> {
        let select = self.chart_bases_in_force().filter(Column::KpiId.is_in(keys.iter().map(|key| key.0)));
        let rows = select.all(self.connection()).await?;
        Ok(rows.into_iter().map(|row| (BasisInForce(row.kpi_id), row)).collect())
    }
}
