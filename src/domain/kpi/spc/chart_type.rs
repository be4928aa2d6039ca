//! The kinds of control chart.

use std::fmt;

pub use crate::entity::kpi_chart_basis::KpiChartType as ChartType;

impl ChartType {
    /// Whether a point needs a subgroup size.
    #[must_use]
    pub const fn needs_size(self) -> bool {
        matches!(self, Self::P | Self::Np | Self::U | Self::PPrime | Self::UPrime)
    }

    /// Whether what is counted is a part of the subgroup, so that it can be no more than all of it.
    pub(super) const fn is_part_of_whole(self) -> bool {
        matches!(self, Self::P | Self::Np | Self::PPrime)
    }

    /// Whether the limits heed the variation between subgroups as Laney proposed.
    pub(super) const fn is_prime(self) -> bool {
        matches!(self, Self::PPrime | Self::UPrime)
    }
}

impl fmt::Display for ChartType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::XmR => "XmR",
            Self::P => "p",
            Self::Np => "np",
            Self::C => "c",
            Self::U => "u",
            Self::PPrime => "p′",
            Self::UPrime => "u′",
        })
    }
}
