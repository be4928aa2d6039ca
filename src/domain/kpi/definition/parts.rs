//! The parts of a proposed definition that have rules of their own: how records are counted, for which reasons they
//! miss what was agreed, and from which values on the parties act.

use std::collections::HashSet;

use crate::domain::check::{self, Check};
use crate::entity::counting_rule::{
    CountRule, CountingRule, DurationRule, DurationTotal, OnTimeRule, RateRule, ShareRule,
};
use crate::entity::kpi_definition::{KpiAggregation, KpiDataKind, KpiDirection};
use crate::entity::reason_code::{ReasonCode, ReasonCodes};

/// The longest window before or after a due date, in days.
const LONGEST_WINDOW: i32 = 366;

/// The most outcomes that a rule names.
const MOST_OUTCOMES: usize = 50;

/// The most reason codes that are not retired.
const MOST_REASONS: usize = 200;

/// The most reason codes with those that are retired, which never go.
const MOST_REASONS_EVER: usize = 1_000;

/// The longest code of a KPI, outcome or reason.
const CODE: usize = 40;

/// A code, in capitals.
pub(in crate::domain::kpi) fn checked_code(check: &mut Check, field: &str, code: &str) -> String {
    let code = code.trim().to_ascii_uppercase();
    let well_formed = (1..=CODE).contains(&code.len())
        && code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
    check.that(
        well_formed,
        field,
        format!("must be 1 to {CODE} letters, digits and hyphens, beginning with a letter, as OTD or LAR-D"),
    );
    code
}

/// Checks a counting rule, and that what it makes is what the definition aggregates, where that is said.
pub(super) fn checked_rule(check: &mut Check, rule: CountingRule, aggregation: Option<KpiAggregation>) -> CountingRule {
    let makes_ratio = !matches!(
        rule,
        CountingRule::Count(_) | CountingRule::Duration(DurationRule { total: DurationTotal::Sum, .. })
    );
    let expected = if makes_ratio { KpiAggregation::RatioOfSums } else { KpiAggregation::Sum };
    let words = if makes_ratio {
        "RATIO_OF_SUMS, since its counting rule makes"
    } else {
        "SUM, since its counting rule makes no"
    };
    let fits = aggregation.is_none_or(|aggregation| aggregation == expected);
    check.that(fits, "aggregation", format!("must be {words} a denominator"));
    match rule {
        CountingRule::OnTime(OnTimeRule { due, earliest_days, latest_days, in_full }) => {
            let window = 0..=LONGEST_WINDOW;
            let message = format!("must be 0 to {LONGEST_WINDOW} days");
            check.that(
                earliest_days.is_none_or(|days| window.contains(&days)),
                "countingRule.onTime.earliestDays",
                &*message,
            );
            check.that(window.contains(&latest_days), "countingRule.onTime.latestDays", message);
            CountingRule::OnTime(OnTimeRule { due, earliest_days, latest_days, in_full })
        }
        CountingRule::Share(ShareRule { outcomes, among, period_by }) => {
            let outcomes = checked_outcomes(check, "countingRule.share.outcomes", outcomes);
            let among = among.map(|among| checked_outcomes(check, "countingRule.share.among", among));
            let inside = among.as_ref().is_none_or(|among| outcomes.iter().all(|outcome| among.contains(outcome)));
            check.that(inside, "countingRule.share.among", "must have the outcomes of the numerator among its own");
            CountingRule::Share(ShareRule { outcomes, among, period_by })
        }
        CountingRule::Count(CountRule { among, period_by }) => {
            let among = among.map(|among| checked_outcomes(check, "countingRule.count.among", among));
            CountingRule::Count(CountRule { among, period_by })
        }
        CountingRule::Rate(RateRule { events, opportunities, period_by }) => {
            let events = checked_outcomes(check, "countingRule.rate.events", events);
            let opportunities = checked_outcomes(check, "countingRule.rate.opportunities", opportunities);
            let apart = events.iter().all(|event| !opportunities.contains(event));
            check.that(apart, "countingRule.rate.opportunities", "must not have an outcome that is an event, too");
            CountingRule::Rate(RateRule { events, opportunities, period_by })
        }
        CountingRule::Duration(rule) => {
            let message = "must come after from, in the order of OPENED, AGREED, REVISED, ACTUAL";
            check.that(rule.from < rule.to, "countingRule.duration.to", message);
            CountingRule::Duration(rule)
        }
        CountingRule::Quantity(rule) => CountingRule::Quantity(rule),
    }
}

fn checked_outcomes(check: &mut Check, field: &str, outcomes: Vec<String>) -> Vec<String> {
    check.that(!outcomes.is_empty(), field, "must name one outcome at least");
    let outcomes =
        check.up_to(field, outcomes, MOST_OUTCOMES, |check, field, outcome| checked_code(check, field, &outcome));
    check::distinct(outcomes)
}

/// What kind of data a rule makes.
#[must_use]
pub(super) const fn data_kind(rule: &CountingRule) -> KpiDataKind {
    match rule {
        CountingRule::OnTime(_) | CountingRule::Share(_) => KpiDataKind::Share,
        CountingRule::Rate(_) => KpiDataKind::CountPerOpportunity,
        CountingRule::Count(_) => KpiDataKind::Count,
        CountingRule::Quantity(_) | CountingRule::Duration(_) => KpiDataKind::Measurement,
    }
}

/// Checks reason codes, by themselves and against those that the parties agreed before: none of these may be gone.
pub(super) fn checked_reasons(check: &mut Check, reasons: Vec<ReasonCode>) -> ReasonCodes {
    let codes = check.up_to("reasonCodes", reasons, MOST_REASONS_EVER, |check, field, reason| {
        let ReasonCode { code, name, family, allows_revision, retired, merged_into } = reason;
        let code = checked_code(check, &format!("{field}.code"), &code);
        let name = check.text(&format!("{field}.name"), &name, check::NAME);
        let merged_into = merged_into.map(|into| checked_code(check, &format!("{field}.mergedInto"), &into));
        check.that(
            retired || merged_into.is_none(),
            &format!("{field}.retired"),
            "must be true: it is merged into another",
        );
        ReasonCode { code, name, family, allows_revision, retired, merged_into }
    });
    let current: HashSet<&str> = codes.iter().filter(|reason| !reason.retired).map(|reason| &*reason.code).collect();
    let message = format!("has {} codes that are not retired; at most {MOST_REASONS} are allowed", current.len());
    check.that(current.len() <= MOST_REASONS, "reasonCodes", message);
    let mut seen = HashSet::new();
    for (index, reason) in codes.iter().enumerate() {
        check.that(
            seen.insert(&*reason.code),
            &format!("reasonCodes[{index}].code"),
            "is there twice: send each code once",
        );
        let into_current = reason.merged_into.as_ref().is_none_or(|into| current.contains(&**into));
        check.that(
            into_current,
            &format!("reasonCodes[{index}].mergedInto"),
            "must be a code of this list that is not retired",
        );
    }
    ReasonCodes(codes)
}

/// Refuses reason codes from which one is gone that was there before: records name it.
pub(super) fn keep_reasons(check: &mut Check, before: Option<&ReasonCodes>, after: Option<&ReasonCodes>) {
    let Some(ReasonCodes(before)) = before else { return };
    let kept = |code: &str| after.is_some_and(|ReasonCodes(after)| after.iter().any(|reason| reason.code == code));
    for reason in before.iter().filter(|reason| !kept(&reason.code)) {
        check.wrong(
            "reasonCodes",
            format!("lacks {}: retire a code, or merge it into another; records name it", reason.code),
        );
    }
}

/// Checks the values from which on the parties act: first attention, then worse. With a target to be near to, they are
/// distances from it.
pub(super) fn check_thresholds(
    check: &mut Check,
    direction: KpiDirection,
    attention: Option<f64>,
    critical: Option<f64>,
) {
    if direction == KpiDirection::NearTarget {
        for (field, distance) in [("attentionThreshold", attention), ("criticalThreshold", critical)] {
            check.that(distance.is_none_or(|distance| distance >= 0.0), field, "must not be below 0: it is a distance");
        }
    }
    let (Some(attention), Some(critical)) = (attention, critical) else { return };
    let (worse, words) = match direction {
        KpiDirection::Up => (critical <= attention, "must not be above attentionThreshold: higher is better"),
        KpiDirection::Down => (critical >= attention, "must not be below attentionThreshold: lower is better"),
        KpiDirection::NearTarget => (critical >= attention, "must not be nearer to the target than attentionThreshold"),
    };
    check.that(worse, "criticalThreshold", words);
}
