//! Why no chart can be made of some data, in words for people.

use sea_orm::ActiveEnum as _;

use super::chart_type::ChartType;
use super::choice::DataKind;

/// What does not fit the chart. Points and phases are numbered from 0 in the fields and from 1 in the messages.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Misfit {
    /// There is nothing to draw.
    #[error("no point is measured; a control chart needs at least one")]
    NothingMeasured,
    /// The factor that turns a ratio into the unit of the chart is none.
    #[error("the scale is {scale}; expected a finite number greater than 0, as 1, or 100 for a percentage")]
    Scale {
        /// The factor.
        scale: f64,
    },
    /// A number that is none.
    #[error("point {}: a finite number is expected; where nothing was measured, leave a gap", point + 1)]
    NotFinite {
        /// The point.
        point: usize,
    },
    /// Numbers whose ratios, sums or limits no floating-point number holds.
    #[error("the numbers are too large or too small to compute limits of; measure in a unit that suits them")]
    TooLarge,
    /// Data that is said to be of another kind than the chart is for.
    #[error("the {chart} chart is of {}, and the definition says of its data that it is {}", chart.is_of(), kind.to_value())]
    KindOfData {
        /// The chart.
        chart: ChartType,
        /// The kind of data.
        kind: DataKind,
    },
    /// No subgroup size where the chart needs one.
    #[error("point {}: no subgroup size, which the {chart} chart needs; give it, or choose the XmR chart", point + 1)]
    SizeMissing {
        /// The point.
        point: usize,
        /// The chart.
        chart: ChartType,
    },
    /// A subgroup without anything in it.
    #[error(
        "point {}: the subgroup size is {size}; expected is more than 0; where there was nothing to count, leave a gap",
        point + 1
    )]
    SizeNotPositive {
        /// The point.
        point: usize,
        /// The size.
        size: f64,
    },
    /// A whole that was not counted.
    #[error(
        "point {}: the subgroup size is {size}, but the {chart} chart is of counted things, so a whole number is \
         expected; choose the XmR chart for what was measured",
        point + 1
    )]
    SizeNotWhole {
        /// The point.
        point: usize,
        /// The size.
        size: f64,
        /// The chart.
        chart: ChartType,
    },
    /// Something that was not counted.
    #[error(
        "point {}: {count} is no count; the {chart} chart needs whole numbers from 0 on; choose the XmR chart for \
         what was measured",
        point + 1
    )]
    NotACount {
        /// The point.
        point: usize,
        /// The number.
        count: f64,
        /// The chart.
        chart: ChartType,
    },
    /// A part larger than its whole.
    #[error(
        "point {}: {count} of {size} is more than all, but the {chart} chart shows a share; choose the u chart for \
         counts per opportunity",
        point + 1
    )]
    MoreThanAll {
        /// The point.
        point: usize,
        /// What was counted.
        count: f64,
        /// The subgroup size.
        size: f64,
        /// The chart.
        chart: ChartType,
    },
    /// A subgroup size that varies where it must not.
    #[error(
        "point {}: the subgroup size is {size} and was {expected} before, but the {chart} chart needs the same size \
         throughout; choose the {instead} chart",
        point + 1
    )]
    SizesVary {
        /// The first point with another size.
        point: usize,
        /// Its size.
        size: f64,
        /// The size of the points before.
        expected: f64,
        /// The chart.
        chart: ChartType,
        /// The chart for sizes that vary.
        instead: ChartType,
    },
    /// Samples before the first phase.
    #[error("the first phase starts at point {}; it must start at the first point", start + 1)]
    FirstPhase {
        /// Where it starts.
        start: usize,
    },
    /// Phases that overlap or are out of order.
    #[error(
        "phase {} starts at point {}, the phase before it at point {}; give the phases in order, each with a start \
         of its own",
        phase + 1, start + 1, previous + 1
    )]
    PhaseOrder {
        /// The phase.
        phase: usize,
        /// Where it starts.
        start: usize,
        /// Where the phase before starts.
        previous: usize,
    },
    /// A phase after the end of the series.
    #[error("phase {} starts at point {}, but the series has {points} points", phase + 1, start + 1)]
    PhaseBeyondEnd {
        /// The phase.
        phase: usize,
        /// Where it starts.
        start: usize,
        /// How many samples there are.
        points: usize,
    },
    /// A baseline that is empty or leaves its phase.
    #[error("phase {}: its baseline must be one or more points of its own, which are {} to {}", phase + 1, first + 1, last + 1)]
    BaselineOutside {
        /// The phase.
        phase: usize,
        /// Its first point.
        first: usize,
        /// Its last point.
        last: usize,
    },
    /// A baseline of gaps and excluded points.
    #[error(
        "phase {}: no point of its baseline is measured and counts; choose a range with points, or exclude fewer",
        phase + 1
    )]
    BaselineEmpty {
        /// The phase.
        phase: usize,
    },
    /// A baseline without any moving range, where the limits rest on these.
    #[error(
        "phase {}: the limits of the {chart} chart rest on moving ranges, but no two points of the baseline that \
         count follow each other; choose a range with such points",
        phase + 1
    )]
    BaselineWithoutRanges {
        /// The phase.
        phase: usize,
        /// The chart.
        chart: ChartType,
    },
}
