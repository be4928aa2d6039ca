//! What the demo's parties say about a dataset, in their own words.

use super::catalog::Kpi;

/// Whose reading it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Voice {
    Collector,
    Counterparty,
}

const COLLECTOR: [&str; 6] = [
    "Two weeks stand out; in both a late input moved the whole sequence.",
    "The change that we agreed at the last review shows from the middle of the quarter on.",
    "We see nothing but the usual variation and propose to leave the process alone.",
    "One shift had three new operators; they are qualified now.",
    "The last weeks were better than the first. It is too early to call it a trend.",
    "A single investigation took most of the time. Its lessons are in the joint action items.",
];

const COUNTERPARTY: [&str; 6] = [
    "We agree with the numbers. On our side two answers took longer than we promised; we have changed who stands in.",
    "We agree. Our own change requests fell into the same weeks, so we would not read too much into the difference.",
    "The numbers match our records. We would like to look at the weeks one by one in the next review.",
    "We agree, and thank the team for telling us before the quarter was over.",
    "We see it the same way. Our forecast moved twice in this quarter, which did not help.",
    "We agree with the numbers and read them more carefully: the denominator is small.",
];

/// A reading of a dataset whose value is this one. `turn` chooses the words.
pub(super) fn reading(kpi: &Kpi, value: Option<f64>, voice: Voice, turn: usize) -> String {
    match voice {
        Voice::Collector => format!("{} {}", in_numbers(kpi, value), COLLECTOR[turn % COLLECTOR.len()]),
        Voice::Counterparty => COUNTERPARTY[turn % COUNTERPARTY.len()].to_owned(),
    }
}

fn in_numbers(kpi: &Kpi, value: Option<f64>) -> String {
    let Some(value) = value else { return format!("{}: nothing to measure in this quarter.", kpi.name) };
    let reached = match kpi.direction {
        "UP" => value >= kpi.target,
        _ => value <= kpi.target,
    };
    let against = if reached { "which meets the target of" } else { "against the target of" };
    let between = if kpi.unit == "%" { "" } else { " " };
    let unit = kpi.unit;
    format!("{}: {value:.1}{between}{unit}, {against} {}{between}{unit}.", kpi.name, kpi.target)
}
