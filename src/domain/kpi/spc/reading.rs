//! Samples as a chart reads them: checked against what the chart is for, with their values in the plotted unit.

use super::chart_type::ChartType;
use super::misfit::Misfit;
use super::sample::{Measurement, Sample};

/// The largest value: sums and differences of some more are still numbers.
const LARGEST: f64 = 1e300;

/// A measurement that fits its chart.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// What is plotted.
    pub(super) value: f64,
    /// What was counted, summed or measured.
    pub(super) numerator: f64,
    /// The subgroup size; 1 where the chart needs none and there is none.
    pub(super) size: f64,
    /// Whether it is left out of the limits.
    pub(super) excluded: bool,
}

impl Reading {
    /// The same, if the limits may rest on it.
    pub(super) fn counted(self) -> Option<Self> {
        (!self.excluded).then_some(self)
    }
}

/// Reads all samples; the first that does not fit is told.
pub(super) fn read(chart: ChartType, scale: f64, samples: &[Sample]) -> Result<Vec<Option<Reading>>, Misfit> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(Misfit::Scale { scale });
    }
    let mut first_size = None;
    let readings: Vec<Option<Reading>> = samples
        .iter()
        .enumerate()
        .map(|(point, sample)| match sample {
            Sample::Gap => Ok(None),
            Sample::Measured(measurement) => {
                check(chart, point, *measurement)?;
                check_constant(chart, point, measurement.size, &mut first_size)?;
                plotted(chart, scale, *measurement).map(Some)
            }
        })
        .collect::<Result<_, _>>()?;
    if readings.iter().all(Option::is_none) {
        return Err(Misfit::NothingMeasured);
    }
    Ok(readings)
}

fn check(chart: ChartType, point: usize, measurement: Measurement) -> Result<(), Misfit> {
    let Measurement { numerator: count, size, excluded: _ } = measurement;
    if !count.is_finite() || size.is_some_and(|size| !size.is_finite()) {
        return Err(Misfit::NotFinite { point });
    }
    if size.is_none() && chart.needs_size() {
        return Err(Misfit::SizeMissing { point, chart });
    }
    if let Some(size) = size.filter(|size| *size <= 0.0) {
        return Err(Misfit::SizeNotPositive { point, size });
    }
    if chart != ChartType::XmR && !is_count(count) {
        return Err(Misfit::NotACount { point, count, chart });
    }
    if let Some(size) = size.filter(|_| chart.is_part_of_whole()) {
        if !is_count(size) {
            return Err(Misfit::SizeNotWhole { point, size, chart });
        }
        if count > size {
            return Err(Misfit::MoreThanAll { point, count, size, chart });
        }
    }
    Ok(())
}

fn is_count(number: f64) -> bool {
    number >= 0.0 && number.fract() == 0.0
}

/// On np and c charts one pair of limits is for all points, so their subgroups must be of one size.
fn check_constant(
    chart: ChartType,
    point: usize,
    size: Option<f64>,
    first_size: &mut Option<f64>,
) -> Result<(), Misfit> {
    let instead = match chart {
        ChartType::Np => ChartType::P,
        ChartType::C => ChartType::U,
        _ => return Ok(()),
    };
    let Some(size) = size else { return Ok(()) };
    let expected = *first_size.get_or_insert(size);
    if size.total_cmp(&expected).is_ne() {
        return Err(Misfit::SizesVary { point, size, expected, chart, instead });
    }
    Ok(())
}

fn plotted(chart: ChartType, scale: f64, measurement: Measurement) -> Result<Reading, Misfit> {
    let Measurement { numerator, size, excluded } = measurement;
    let size = size.unwrap_or(1.0);
    let value = match chart {
        ChartType::Np | ChartType::C => scale * numerator,
        _ => scale * numerator / size,
    };
    if value.abs() <= LARGEST { Ok(Reading { value, numerator, size, excluded }) } else { Err(Misfit::TooLarge) }
}
