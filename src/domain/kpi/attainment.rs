//! Whether values reach the target, each by the version that measured it. Pure.

use crate::entity::kpi_definition::KpiDirection;

/// What a version says of the values that are good.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Aim {
    /// Which way is better.
    pub direction: KpiDirection,
    /// The value that the parties aim at.
    pub target: Option<f64>,
    /// The value from which on the parties look into it; with a target to be near to, the distance from that.
    pub attention_threshold: Option<f64>,
}

impl Aim {
    /// Whether a value reaches the target; none without a target. A target to be near to is reached within the distance
    /// from which on the parties look into it; where they agreed on none, how near is near enough is not said.
    #[must_use]
    pub fn is_met_by(self, value: f64) -> Option<bool> {
        let target = self.target?;
        match self.direction {
            KpiDirection::Up => Some(value >= target),
            KpiDirection::Down => Some(value <= target),
            KpiDirection::NearTarget => Some((value - target).abs() < self.attention_threshold?),
        }
    }
}

/// How many of some periods reach the target.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Attainment {
    /// The periods that reach it.
    pub met: i32,
    /// The periods of which it can be told: with a value, by a version with a target.
    pub judged: i32,
}

impl FromIterator<bool> for Attainment {
    fn from_iter<I: IntoIterator<Item = bool>>(judged: I) -> Self {
        let count = |counted: Self, met| Self { met: counted.met + i32::from(met), judged: counted.judged + 1 };
        judged.into_iter().fold(Self::default(), count)
    }
}

#[cfg(test)]
mod tests {
    use KpiDirection::{Down, NearTarget, Up};

    use super::*;

    #[test]
    fn a_target_is_reached_on_its_good_side_and_by_itself() {
        let aim = |direction, attention_threshold| Aim { direction, target: Some(95.0), attention_threshold };
        for (aim, value, met) in [
            (aim(Up, Some(90.0)), 94.9, Some(false)),
            (aim(Up, None), 95.0, Some(true)),
            (aim(Down, None), 95.0, Some(true)),
            (aim(Down, None), 95.1, Some(false)),
            (aim(NearTarget, Some(2.0)), 93.1, Some(true)),
            (aim(NearTarget, Some(2.0)), 97.0, Some(false)),
            (aim(NearTarget, None), 95.0, None),
            (Aim { direction: Up, target: None, attention_threshold: Some(90.0) }, 99.0, None),
        ] {
            assert_eq!(aim.is_met_by(value), met, "{value} by {aim:?}");
        }
    }

    #[test]
    fn periods_are_counted_as_far_as_they_can_be_judged() {
        let counted: Attainment = [Some(true), None, Some(false), Some(true)].into_iter().flatten().collect();
        assert_eq!(counted, Attainment { met: 2, judged: 3 });
    }
}
