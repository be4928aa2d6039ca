//! What a picture of a control chart shows.

use std::ops::Range;

use chrono::NaiveDate;

use crate::domain::kpi::spc::{ChartPart, ChartType, Lines, MovingRange, RuleName, RuleSet, Side};

/// A control chart to be drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct ControlChart {
    /// What it is of, and what it rests on.
    pub facts: Facts,
    /// The value that the parties aim at.
    pub target: Option<f64>,
    /// One point for each period, in order.
    pub points: Vec<Point>,
    /// Its phases, in order: each point is in one.
    pub phases: Vec<Phase>,
    /// What its rules found.
    pub signals: Vec<Signal>,
    /// What the latest point and the limits say, in short sentences.
    pub verdicts: Vec<String>,
}

/// What a chart is of, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The name of the KPI, with its code.
    pub title: String,
    /// The site, where it is of one alone.
    pub site: Option<String>,
    /// The unit of the values.
    pub unit: String,
    /// The kind of chart.
    pub chart_type: ChartType,
    /// The rules that signals were looked for by.
    pub rule_set: RuleSet,
    /// The number of the definition version that the latest value was measured by.
    pub version: i32,
    /// How far the latest data has come, as `released`. Its points tell how far the others have.
    pub stage: &'static str,
    /// The day as of which the latest data is.
    pub data_as_of: NaiveDate,
}

/// One period.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// The name of the period, as `2026-03`.
    pub period: String,
    /// Its value, or why there is none.
    pub seen: Seen,
    /// Its limits, if it has any.
    pub lines: Option<Lines>,
    /// How far it is from the point before, on an XmR chart.
    pub moving_range: Option<MovingRange>,
    /// How far its data has come.
    pub standing: Standing,
}

/// How far the data of a period has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Whether there is data that is not released.
    pub unreleased: bool,
    /// Whether it was released and is being corrected.
    pub under_correction: bool,
    /// Whether it was released without the alignment of both parties.
    pub without_alignment: bool,
}

/// What a period has.
#[derive(Clone, PartialEq, Debug)]
pub enum Seen {
    /// A value.
    Value(f64),
    /// A value that is left out of the limits, for a reason.
    Excluded(f64, String),
    /// None, for a reason, as `pending`.
    Gap(String),
}

impl Seen {
    /// The value, if there is one.
    pub(super) const fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value) | Self::Excluded(value, _) => Some(*value),
            Self::Gap(_) => None,
        }
    }
}

/// A stretch with limits of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phase {
    /// The indices of its points.
    pub points: Range<usize>,
    /// Why it begins; nothing for the first.
    pub reason: Option<String>,
    /// How many points are behind its limits.
    pub behind_limits: usize,
    /// Whether these are too few to rely on.
    pub trial: bool,
}

/// What a rule found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signal {
    /// Where it is.
    pub part: ChartPart,
    /// The rule.
    pub rule: RuleName,
    /// The side of the centre line.
    pub side: Option<Side>,
    /// The indices of its points, as far as they are in the picture.
    pub points: Vec<usize>,
    /// How many points it has in all.
    pub number: usize,
    /// The names of its first and its last period.
    pub periods: (String, String),
    /// What that means for the KPI.
    pub meaning: Meaning,
}

/// Whether a signal is good news. Where a point is in several, the first of these that it has is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Meaning {
    /// It is to the worse side.
    Worse,
    /// It is to the better side.
    Better,
    /// Neither side is better, or it has none.
    Neutral,
}
