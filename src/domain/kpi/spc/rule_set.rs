//! The rules that tell a signal from noise, in named sets.

use super::chart_type::ChartType;
pub use crate::entity::kpi_chart_basis::KpiRuleSet as RuleSet;
pub use crate::entity::kpi_signal::KpiSignalRule as RuleName;

/// A rule as a set has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Rule {
    pub(super) name: RuleName,
    pub(super) pattern: Pattern,
}

/// What a rule looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pattern {
    BeyondLimits,
    /// So many in a row on one side.
    Run(usize),
    /// So many in a row that rise, or fall.
    Trend(usize),
    /// So many in a row that rise and fall in turn.
    Alternating(usize),
    /// So many of so many in a row, on one side, at least so many whole standard deviations away, and at most.
    SomeOf {
        some: usize,
        of: usize,
        nearest: Zone,
        farthest: Zone,
    },
    /// So many in a row in the innermost zone.
    WithinOneSigma(usize),
    /// So many in a row outside the innermost zone, on both sides.
    OutsideOneSigma(usize),
    LongRun,
    FewCrossings,
}

/// How far a point is from the centre line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Zone {
    /// At most one standard deviation.
    WithinOne,
    /// More than one.
    BeyondOne,
    /// More than two.
    BeyondTwo,
    /// Beyond the limit.
    BeyondLimit,
}

use Pattern::{Alternating, BeyondLimits, FewCrossings, LongRun, OutsideOneSigma, Run, SomeOf, Trend, WithinOneSigma};

const BEYOND_LIMITS: Rule = Rule { name: RuleName::BeyondLimits, pattern: BeyondLimits };
const TWO_OF_THREE: Rule = Rule {
    name: RuleName::TwoOfThree,
    pattern: SomeOf { some: 2, of: 3, nearest: Zone::BeyondTwo, farthest: Zone::BeyondLimit },
};
const TWO_OF_THREE_INSIDE: Rule = Rule {
    name: RuleName::TwoOfThree,
    pattern: SomeOf { some: 2, of: 3, nearest: Zone::BeyondTwo, farthest: Zone::BeyondTwo },
};
const FOUR_OF_FIVE: Rule = Rule {
    name: RuleName::FourOfFive,
    pattern: SomeOf { some: 4, of: 5, nearest: Zone::BeyondOne, farthest: Zone::BeyondLimit },
};

const WESTERN_ELECTRIC: &[Rule] =
    &[BEYOND_LIMITS, TWO_OF_THREE, FOUR_OF_FIVE, Rule { name: RuleName::Run, pattern: Run(8) }];
const NELSON: &[Rule] = &[
    BEYOND_LIMITS,
    Rule { name: RuleName::Run, pattern: Run(9) },
    Rule { name: RuleName::Trend, pattern: Trend(6) },
    Rule { name: RuleName::Alternating, pattern: Alternating(14) },
    TWO_OF_THREE,
    FOUR_OF_FIVE,
    Rule { name: RuleName::WithinOneSigma, pattern: WithinOneSigma(15) },
    Rule { name: RuleName::OutsideOneSigma, pattern: OutsideOneSigma(8) },
];
const NHS: &[Rule] = &[
    BEYOND_LIMITS,
    Rule { name: RuleName::Trend, pattern: Trend(7) },
    TWO_OF_THREE_INSIDE,
    Rule { name: RuleName::Run, pattern: Run(7) },
];
const ANHOEJ: &[Rule] =
    &[Rule { name: RuleName::LongRun, pattern: LongRun }, Rule { name: RuleName::FewCrossings, pattern: FewCrossings }];

impl RuleSet {
    /// The version of the set. It grows whenever the same points could give other signals.
    #[must_use]
    pub const fn version(self) -> i32 {
        match self {
            Self::WesternElectric | Self::Nelson | Self::Nhs | Self::Anhoej => 1,
        }
    }

    /// The rules for the values of a chart.
    pub(super) fn rules(self, chart: ChartType) -> impl Iterator<Item = Rule> {
        let rules = match self {
            Self::WesternElectric => WESTERN_ELECTRIC,
            Self::Nelson => NELSON,
            Self::Nhs => NHS,
            Self::Anhoej => ANHOEJ,
        };
        rules.iter().copied().filter(move |rule| rule.pattern.is_for(chart))
    }
}

impl Pattern {
    /// On charts of counts, only limits and runs tell: chance makes their points lopsided and, where subgroup sizes
    /// vary, not comparable with their neighbours.
    fn is_for(self, chart: ChartType) -> bool {
        chart == ChartType::XmR || matches!(self, BeyondLimits | Run(_) | LongRun | FewCrossings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(set: RuleSet, chart: ChartType) -> Vec<RuleName> {
        set.rules(chart).map(|rule| rule.name).collect()
    }

    #[test]
    fn charts_of_counts_have_limits_and_runs_alone() {
        use ChartType::{C, Np, P, PPrime, U, UPrime};
        for chart in [P, Np, C, U, PPrime, UPrime] {
            for set in [RuleSet::WesternElectric, RuleSet::Nelson, RuleSet::Nhs] {
                assert_eq!(names(set, chart), [RuleName::BeyondLimits, RuleName::Run], "{set:?} on {chart}");
            }
            assert_eq!(names(RuleSet::Anhoej, chart), [RuleName::LongRun, RuleName::FewCrossings]);
        }
        assert_eq!(RuleSet::Nelson.rules(ChartType::XmR).count(), 8);
    }

    #[test]
    fn the_rules_of_the_nhs_are_in_its_order() {
        let rules = names(RuleSet::default(), ChartType::XmR);
        assert_eq!(rules, [RuleName::BeyondLimits, RuleName::Trend, RuleName::TwoOfThree, RuleName::Run]);
        assert!(rules.is_sorted());
    }
}
