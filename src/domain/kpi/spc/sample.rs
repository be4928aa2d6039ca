//! What a control chart is made of: samples in the order of time, and the phases they belong to.

use std::ops::Range;

/// One period of the series.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sample {
    /// Nothing was measured, or it is not known yet, or it does not count. Never a value.
    Gap,
    /// Something was measured.
    Measured(Measurement),
}

/// What was measured in one period.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measurement {
    /// What was counted, summed or measured.
    pub numerator: f64,
    /// The subgroup size: what the numerator is divided by. An XmR chart of plain values has none.
    pub size: Option<f64>,
    /// Whether the point is left out of the limits. It stays on the chart.
    pub excluded: bool,
}

/// A stretch of the series with limits of its own; it ends where the next one starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phase {
    /// The index of its first sample.
    pub start: usize,
    /// The samples that its limits rest on; without it, all of the phase.
    pub baseline: Option<Range<usize>>,
}

impl Sample {
    /// A value that counts, without a subgroup size.
    #[must_use]
    pub const fn value(value: f64) -> Self {
        Self::Measured(Measurement { numerator: value, size: None, excluded: false })
    }

    /// A count or sum that counts, out of or per a subgroup.
    #[must_use]
    pub const fn of(numerator: f64, size: f64) -> Self {
        Self::Measured(Measurement { numerator, size: Some(size), excluded: false })
    }

    /// The same, left out of the limits.
    #[must_use]
    pub const fn excluded(self) -> Self {
        match self {
            Self::Gap => Self::Gap,
            Self::Measured(measurement) => Self::Measured(Measurement { excluded: true, ..measurement }),
        }
    }
}
