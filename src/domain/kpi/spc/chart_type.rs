//! The kinds of control chart.

use std::fmt;

use async_graphql::Enum;

/// A kind of control chart. Each rests on what varies by chance in its data, so a chart fits some data only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Enum)]
pub enum ChartType {
    /// Individual values with their moving ranges: one value per period, whatever it measures.
    #[graphql(name = "XMR")]
    XmR,
    /// The share of a counted whole whose size varies.
    P,
    /// The number counted out of a whole whose size is always the same.
    Np,
    /// Counts where the opportunity is always the same.
    C,
    /// Counts per opportunity, where the opportunity varies.
    U,
    /// Laney's p′: a share of very large wholes, with limits that heed what varies from period to period.
    PPrime,
    /// Laney's u′: counts per very large opportunity, with limits that heed what varies from period to period.
    UPrime,
}

impl ChartType {
    /// Whether a point needs a subgroup size.
    pub(super) const fn needs_size(self) -> bool {
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
