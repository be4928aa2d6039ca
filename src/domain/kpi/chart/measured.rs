//! What a chart is of: the periods of a series that were measured alike, without a gap in time.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use futures_util::future::try_join_all;

use crate::access::reader::Reads;
use crate::db::page::Window;
use crate::domain::kpi::dataset::readings::RevisionOf;
use crate::domain::kpi::series::{Point, Section, SeriesOf};
use crate::domain::kpi::spc::{ChartType, Sample};
use crate::entity::kpi_definition::{self, KpiAggregation};
use crate::entity::observation::ObservationStatus;
use crate::entity::{kpi_dataset, kpi_dataset_revision};
use crate::error::Result;
use crate::id::{KpiDefinitionId, KpiId, SiteId};

/// The most periods that limits rest on: the latest.
const MOST: u64 = 5_000;

/// A period, and what was measured in it: nothing, where it is of no dataset that the reader sees.
pub(super) struct Period {
    pub(super) start: NaiveDate,
    pub(super) point: Option<Point>,
}

/// The periods of a chart, and what the latest of them is of.
pub(super) struct Measured {
    /// In order, each following the one before; one at least.
    pub(super) periods: Vec<Period>,
    /// The indices of those that begin to count otherwise than the one before that is measured.
    pub(super) counted_anew: Vec<usize>,
    /// The definition version that the latest was measured by.
    pub(super) definition: kpi_definition::Model,
    /// The dataset that it is of.
    pub(super) dataset: kpi_dataset::Model,
    /// The revision that is read of that.
    pub(super) revision: kpi_dataset_revision::Model,
}

impl Measured {
    /// Reads the series of a KPI, of all sites or of one; none while its reader sees none of it.
    pub(super) async fn read(reads: &Reads, kpi: KpiId, site: Option<SiteId>) -> Result<Option<Self>> {
        let window = Window { limit: MOST, cursor: None, backward: true };
        let list = Arc::new((Section::whole(site), window));
        let points = reads.load(SeriesOf { kpi, list }).await?.unwrap_or_default().rows;
        let Some(latest) = points.last() else { return Ok(None) };
        let ids: BTreeSet<KpiDefinitionId> = points.iter().map(|point| point.dataset.definition_id).collect();
        let definitions = try_join_all(ids.into_iter().map(|id| reads.by_id::<kpi_definition::Entity, _>(id))).await?;
        let mut definitions: HashMap<_, _> = definitions.into_iter().flatten().map(|row| (row.id, row)).collect();
        let dataset = reads.by_id::<kpi_dataset::Entity, _>(latest.dataset.id).await?;
        let revision = reads.load(RevisionOf(latest.dataset.id, latest.revision)).await?;
        let definition_id = latest.dataset.definition_id;
        let (Some(dataset), Some(revision)) = (dataset, revision) else { return Ok(None) };
        let periods = periods(points, &definitions);
        let counted_anew = counted_anew(&periods, &definitions);
        // Whoever sees a point sees the definition by which it was measured.
        let definition = definitions.remove(&definition_id);
        Ok(definition.map(|definition| Self { periods, counted_anew, definition, dataset, revision }))
    }

    /// Whether values are quotients of a sum by a sum, which charts of counts need.
    pub(super) fn is_ratio(&self) -> bool {
        self.definition.aggregation == KpiAggregation::RatioOfSums
    }

    /// What the values of a chart are multiplied by. An XmR chart is of the values themselves, np and c charts of counts.
    pub(super) fn scale(&self, chart: ChartType) -> f64 {
        match chart {
            ChartType::P | ChartType::U | ChartType::PPrime | ChartType::UPrime if self.is_ratio() => {
                self.definition.scale
            }
            _ => 1.0,
        }
    }

    /// The samples of a chart. Only what is reported is a value, and anything else a gap.
    pub(super) fn samples(&self, chart: ChartType, is_excluded: impl Fn(NaiveDate) -> bool) -> Vec<Sample> {
        let of_counts = chart != ChartType::XmR && self.is_ratio();
        let measured = |point: &Point| {
            let total = point.total;
            let value = total.value.filter(|_| total.status == ObservationStatus::Reported)?;
            match total.numerator.zip(total.denominator).filter(|_| of_counts) {
                Some((numerator, size)) => Some(Sample::of(numerator, size)),
                None => Some(Sample::value(value)),
            }
        };
        let sample = |period: &Period| {
            let sample = period.point.as_ref().and_then(measured).unwrap_or(Sample::Gap);
            if is_excluded(period.start) { sample.excluded() } else { sample }
        };
        self.periods.iter().map(sample).collect()
    }
}

/// The latest points that were measured alike, and the periods between them of which there is no dataset.
fn periods(points: Vec<Point>, definitions: &HashMap<KpiDefinitionId, kpi_definition::Model>) -> Vec<Period> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let of = |point: &Point| definitions.get(&point.dataset.definition_id);
    let mut periods: Vec<Period> = Vec::new();
    for point in points.into_iter().rev() {
        if let Some(Period { start, point: Some(later) }) = periods.last() {
            if !of(&point).zip(of(later)).is_some_and(|(earlier, later)| are_alike(earlier, later)) {
                break;
            }
            let between = (point.start + Days::new(1), *start - Days::new(1));
            let gaps = point.dataset.periods().starts_backward(between.0, between.1);
            let room = most.saturating_sub(periods.len());
            periods.extend(gaps.take(room).map(|start| Period { start, point: None }));
        }
        if periods.len() >= most {
            break;
        }
        periods.push(Period { start: point.start, point: Some(point) });
    }
    periods.reverse();
    periods
}

/// Whether what two versions measure can be on one chart: the same unit, made in the same way, of the same periods.
fn are_alike(one: &kpi_definition::Model, other: &kpi_definition::Model) -> bool {
    let year = |version: &kpi_definition::Model| version.year_start_month.unwrap_or(1);
    one.unit == other.unit
        && one.scale.total_cmp(&other.scale).is_eq()
        && one.aggregation == other.aggregation
        && one.frequency == other.frequency
        && year(one) == year(other)
}

/// Where periods begin to be counted by other rules: what is on both sides of that are two processes as far as anyone can
/// tell, so that limits are made anew. Another window for what is on time makes a step that nobody worked for.
fn counted_anew(periods: &[Period], definitions: &HashMap<KpiDefinitionId, kpi_definition::Model>) -> Vec<usize> {
    let version = |period: &Period| definitions.get(&period.point.as_ref()?.dataset.definition_id);
    let measured: Vec<_> =
        periods.iter().enumerate().filter_map(|(index, period)| Some((index, version(period)?))).collect();
    let pairs = measured.windows(2).filter(|pair| pair[0].1.id != pair[1].1.id);
    pairs.filter(|pair| !count_alike(pair[0].1, pair[1].1)).map(|pair| pair[1].0).collect()
}

/// Whether two versions count the same: what, by which rule, and what of it they leave out.
fn count_alike(one: &kpi_definition::Model, other: &kpi_definition::Model) -> bool {
    one.numerator == other.numerator
        && one.denominator == other.denominator
        && one.counting_rule == other.counting_rule
        && one.exclusions == other.exclusions
        && revising(one) == revising(other)
}

/// The codes for which a due date may be revised. Of reason codes nothing else changes what is counted.
fn revising(version: &kpi_definition::Model) -> BTreeSet<&str> {
    let codes = version.reason_codes.iter().flat_map(|codes| &codes.0);
    codes.filter(|code| code.allows_revision && !code.retired).map(|code| &*code.code).collect()
}

#[cfg(test)]
mod tests;
