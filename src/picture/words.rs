//! What a picture says in words: beside the drawing, and in the place of it to those who do not see it.

use std::fmt::Write as _;

use super::description::{ControlChart, Facts, Meaning, Phase, Point, Seen, Signal};
use super::text::number;
use crate::domain::kpi::spc::{ChartPart, RuleName, RuleSet, Side};

/// With more signals than this, the rest is counted.
const MOST_SIGNALS: usize = 20;

/// What is said where there is no point.
pub(super) const NOTHING: &str = "no period in this range";

/// The facts that stand under the title, each in a few words.
pub(super) fn facts(facts: &Facts) -> Vec<String> {
    let Facts { title: _, site, unit, chart_type, rule_set, version, stage, data_as_of } = facts;
    let mut all = vec![format!("in {unit}"), format!("{chart_type} chart, {}", rules(*rule_set))];
    all.extend(site.iter().map(|site| format!("site {site}")));
    all.extend([format!("definition version {version}"), (*stage).to_owned(), format!("data as of {data_as_of}")]);
    all
}

fn rules(rule_set: RuleSet) -> &'static str {
    match rule_set {
        RuleSet::WesternElectric => "rules of Western Electric",
        RuleSet::Nelson => "rules of Nelson",
        RuleSet::Nhs => "rules of the NHS",
        RuleSet::Anhoej => "rules of Anhøj",
    }
}

/// What stands at the top of a phase: all of it, and what may stand there alone where that has no room.
pub(super) fn phase(phase: &Phase) -> Option<(String, &str)> {
    let limits = match (phase.behind_limits, phase.trial) {
        (0, _) => Some("no limits yet".to_owned()),
        (1, true) => Some("trial limits: 1 point".to_owned()),
        (points, true) => Some(format!("trial limits: {points} points")),
        (_, false) => None,
    };
    match (phase.reason.as_deref(), limits) {
        (Some(reason), Some(limits)) => Some((format!("{reason} ({limits})"), reason)),
        (Some(reason), None) => Some((reason.to_owned(), reason)),
        (None, limits) => limits.map(|limits| (limits, "")),
    }
}

/// What a rule found, and where: `run of 8 above the centre line, 2025-03 to 2025-10`.
pub(super) fn signal(signal: &Signal) -> String {
    let side = match signal.side {
        Some(Side::Above) => " above the centre line",
        Some(Side::Below) => " below the centre line",
        None => "",
    };
    let number = signal.number;
    let found = match (signal.part, signal.rule) {
        (ChartPart::MovingRanges, _) => "moving range beyond its limit".to_owned(),
        (_, RuleName::BeyondLimits) => match signal.side {
            Some(Side::Below) => "below the lower limit".to_owned(),
            _ => "above the upper limit".to_owned(),
        },
        (_, RuleName::Trend) => match signal.side {
            Some(Side::Below) => format!("{number} falling in a row"),
            _ => format!("{number} rising in a row"),
        },
        (_, RuleName::TwoOfThree) => format!("2 of 3 far out{side}"),
        (_, RuleName::FourOfFive) => format!("4 of 5 far out{side}"),
        (_, RuleName::Run) => format!("{number} in a row{side}"),
        (_, RuleName::LongRun) => format!("unusually long run of {number}{side}"),
        (_, RuleName::FewCrossings) => "unusually few crossings of the centre line".to_owned(),
        (_, RuleName::Alternating) => format!("{number} in a row that rise and fall in turn"),
        (_, RuleName::WithinOneSigma) => format!("{number} in a row close to the centre line"),
        (_, RuleName::OutsideOneSigma) => format!("{number} in a row far from the centre line"),
    };
    let (first, last) = &signal.periods;
    if first == last { format!("{found}, {first}") } else { format!("{found}, {first} to {last}") }
}

/// What a meaning is called.
pub(super) const fn meaning(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Worse => "signal: worse",
        Meaning::Better => "signal: better",
        Meaning::Neutral => "signal",
    }
}

/// A point, for who points at it.
pub(super) fn point(point: &Point, unit: &str) -> String {
    let period = &point.period;
    match &point.seen {
        Seen::Value(value) => format!("{period}: {} {unit}", short(*value)),
        Seen::Excluded(value, reason) => {
            format!("{period}: {} {unit}, left out of the limits: {reason}", short(*value))
        }
        Seen::Gap(reason) => format!("{period}: {reason}"),
    }
}

/// All of it for those who do not see it.
pub(super) fn description(chart: &ControlChart) -> String {
    let ControlChart { facts: about, target, points, phases, signals, verdicts } = chart;
    let unit = &about.unit;
    let mut text = format!("Control chart {}.", facts(about).join(", "));
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        let periods = if points.len() == 1 { "period" } else { "periods" };
        _ = write!(text, " {} {periods} from {} to {}", points.len(), first.period, last.period);
        let of = |is: fn(&Seen) -> bool| points.iter().filter(|point| is(&point.seen)).count();
        for (number, what) in [
            (of(|seen| matches!(seen, Seen::Gap(_))), "without a value"),
            (of(|seen| matches!(seen, Seen::Excluded(..))), "left out of the limits"),
        ] {
            if number > 0 {
                _ = write!(text, ", {number} {what}");
            }
        }
        text.push('.');
    }
    if let Some(latest) = points.iter().rev().find(|point| point.seen.value().is_some()) {
        _ = write!(text, " Latest value {}.", self::point(latest, unit));
    }
    if let Some(lines) = points.iter().rev().find_map(|point| point.lines) {
        let [centre, lower, upper] = [lines.centre, lines.lower, lines.upper].map(short);
        _ = write!(text, " Centre line {centre}, limits {lower} to {upper} {unit}.");
    }
    if let Some(target) = target {
        _ = write!(text, " Target {} {unit}.", short(*target));
    }
    for phase in phases {
        let begins = points.get(phase.points.start).map_or("", |point| &point.period);
        if let Some((words, _)) = self::phase(phase) {
            _ = write!(text, " From {begins}: {words}.");
        }
    }
    for verdict in verdicts {
        _ = write!(text, " {verdict}.");
    }
    if signals.is_empty() {
        text.push_str(" No signal.");
    }
    for signal in signals.iter().take(MOST_SIGNALS) {
        _ = write!(text, " Signal: {}.", self::signal(signal));
    }
    if signals.len() > MOST_SIGNALS {
        _ = write!(text, " And {} signals more.", signals.len() - MOST_SIGNALS);
    }
    text
}

/// A value in about four digits.
fn short(value: f64) -> String {
    let power = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    number(value, 10.0_f64.powf((power - 3.0).min(0.0)))
}
