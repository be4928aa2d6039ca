//! What a definition's rule makes of one record.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::dates::{Window, date_of, due, field_of, placing};
use super::work_week::WorkWeek;
use crate::domain::kpi::period::Periods;
use crate::entity::counting_rule::{
    CountRule, CountingRule, DaysCounted, DurationRule, DurationTotal, OnTimeRule, QuantityMeasure, QuantityRule,
    RateRule, ShareRule,
};
use crate::entity::kpi_definition;
use crate::entity::observation::NO_SITE;
use crate::entity::source_record::{Model, RecordVerdict};
use crate::id::SiteId;

/// How the records of a dataset are counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'d> {
    /// By which rule.
    pub rule: &'d CountingRule,
    /// By the periods of which calendar.
    pub periods: Periods,
    /// Whether each site is counted apart.
    pub by_site: bool,
    /// What numerator divided by denominator is multiplied by.
    pub scale: f64,
    /// The day that the data is as of.
    pub data_as_of: NaiveDate,
}

/// What a rule makes of one record.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Judgement {
    /// The first day of the period that it is counted in.
    pub period_start: NaiveDate,
    /// How it was judged.
    pub verdict: RecordVerdict,
    /// What it adds to the numerator; none if it is not one of those behind it.
    pub numerator: Option<f64>,
    /// What it adds to the denominator; none if it is not one of those behind it.
    pub denominator: Option<f64>,
}

/// What a record lacks that the rule needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lack {
    /// The field of the record, as the API calls it.
    pub field: &'static str,
    /// What is wrong, and what is needed.
    pub message: String,
}

impl Lack {
    pub(super) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

/// A verdict with what it adds to numerator and denominator.
type Counted = (RecordVerdict, Option<f64>, Option<f64>);

const MET: Counted = (RecordVerdict::Met, Some(1.0), Some(1.0));
const MISSED: Counted = (RecordVerdict::Missed, None, Some(1.0));
const PENDING: Counted = (RecordVerdict::Pending, None, None);
const EXCLUDED: Counted = (RecordVerdict::Excluded, None, None);
const NOT_COUNTED: Counted = (RecordVerdict::NotCounted, None, None);

const fn counted(numerator: Option<f64>, denominator: Option<f64>) -> Counted {
    (RecordVerdict::Counted, numerator, denominator)
}

impl Judgement {
    /// The judgement that is kept with a record.
    #[must_use]
    pub const fn of(record: &Model) -> Self {
        let Model { period_start, verdict, numerator, denominator, .. } = *record;
        Self { period_start, verdict, numerator, denominator }
    }

    /// The record, judged so.
    #[must_use]
    pub fn on(self, record: Model) -> Model {
        let Self { period_start, verdict, numerator, denominator } = self;
        Model { period_start, verdict, numerator, denominator, ..record }
    }
}

impl<'d> Counting<'d> {
    /// As a definition says; none where it counts no records.
    #[must_use]
    pub fn of(definition: &'d kpi_definition::Model, data_as_of: NaiveDate) -> Option<Self> {
        Some(Self {
            rule: definition.counting_rule.as_ref()?,
            periods: Periods::of(definition),
            by_site: definition.by_site,
            scale: definition.scale,
            data_as_of,
        })
    }

    /// Whether it counts the working days of sites.
    #[must_use]
    pub const fn needs_work_weeks(&self) -> bool {
        matches!(self.rule, CountingRule::Duration(DurationRule { days: DaysCounted::Working, .. }))
    }

    /// The date that places a record in a period, with the field that it is in; none where the record has none.
    #[must_use]
    pub const fn placed_by(&self, record: &Model) -> (&'static str, Option<NaiveDate>) {
        let date = placing(self.rule);
        (field_of(date), date_of(record, date))
    }

    /// The site of the observation that a record is counted in.
    #[must_use]
    pub const fn site_of(&self, record: &Model) -> SiteId {
        if self.by_site { record.site_id } else { NO_SITE }
    }

    /// Judges one record. The days on which sites work are needed by those rules alone that count them.
    pub fn judge(&self, record: &Model, work_weeks: &HashMap<SiteId, WorkWeek>) -> Result<Judgement, Vec<Lack>> {
        let mut lacks = Vec::new();
        let (field, placed) = self.placed_by(record);
        if placed.is_none() {
            lacks.push(Lack::new(field, "is missing: the counting rule places records in periods by it"));
        }
        if self.by_site && record.site_id == NO_SITE {
            lacks.push(Lack::new("siteId", "is missing: the definition is by site"));
        }
        let (verdict, numerator, denominator) =
            if record.excluded_reason.is_some() { EXCLUDED } else { self.counted(record, work_weeks, &mut lacks) };
        match placed {
            Some(day) if lacks.is_empty() => {
                Ok(Judgement { period_start: self.periods.start_of(day), verdict, numerator, denominator })
            }
            _ => Err(lacks),
        }
    }

    fn counted(&self, record: &Model, work_weeks: &HashMap<SiteId, WorkWeek>, lacks: &mut Vec<Lack>) -> Counted {
        match self.rule {
            CountingRule::OnTime(rule) => self.on_time(rule, record, lacks),
            CountingRule::Share(rule) => share(rule, record),
            CountingRule::Quantity(rule) => quantity(*rule, record),
            CountingRule::Count(rule) => count(rule, record),
            CountingRule::Rate(rule) => rate(rule, record, lacks),
            CountingRule::Duration(rule) => duration(*rule, record, work_weeks, lacks),
        }
    }

    fn on_time(&self, rule: &OnTimeRule, record: &Model, lacks: &mut Vec<Lack>) -> Counted {
        if rule.in_full {
            let message = "is missing: the counting rule asks for deliveries in full";
            if record.agreed_quantity.is_none() {
                lacks.push(Lack::new("agreedQuantity", message));
            }
            if record.actual_on.is_some() && record.actual_quantity.is_none() {
                lacks.push(Lack::new("actualQuantity", message));
            }
        }
        let Some(due) = date_of(record, due(rule)) else { return PENDING };
        let window = Window::around(due, rule);
        // Until then its part is not known: what has come in time would count, and what has not come would not.
        if self.data_as_of <= window.closes {
            return PENDING;
        }
        let complete = !rule.in_full || record.actual_quantity >= record.agreed_quantity;
        if complete && record.actual_on.is_some_and(|day| window.has(day)) { MET } else { MISSED }
    }
}

fn share(rule: &ShareRule, record: &Model) -> Counted {
    match &record.outcome {
        None => PENDING,
        Some(outcome) if rule.outcomes.contains(outcome) => MET,
        Some(outcome) if rule.among.as_ref().is_none_or(|among| among.contains(outcome)) => MISSED,
        Some(_) => NOT_COUNTED,
    }
}

fn quantity(rule: QuantityRule, record: &Model) -> Counted {
    let Some(agreed) = record.agreed_quantity else { return NOT_COUNTED };
    let Some(actual) = record.actual_quantity else { return PENDING };
    match rule.measure {
        QuantityMeasure::Attainment => counted(Some(actual), Some(agreed)),
        QuantityMeasure::AbsoluteError => counted(Some((actual - agreed).abs()), Some(actual)),
        QuantityMeasure::Bias => counted(Some(agreed - actual), Some(actual)),
    }
}

fn count(rule: &CountRule, record: &Model) -> Counted {
    match (&rule.among, &record.outcome) {
        (None, _) => counted(Some(1.0), None),
        (Some(_), None) => PENDING,
        (Some(among), Some(outcome)) if among.contains(outcome) => counted(Some(1.0), None),
        (Some(_), Some(_)) => NOT_COUNTED,
    }
}

fn rate(rule: &RateRule, record: &Model, lacks: &mut Vec<Lack>) -> Counted {
    match &record.outcome {
        None => PENDING,
        Some(outcome) if rule.events.contains(outcome) => counted(Some(1.0), None),
        Some(outcome) if rule.opportunities.contains(outcome) => {
            if record.actual_quantity.is_none() {
                let message = format!("is missing: the counting rule sums the quantities of {outcome}");
                lacks.push(Lack::new("actualQuantity", message));
            }
            counted(None, record.actual_quantity)
        }
        Some(_) => NOT_COUNTED,
    }
}

fn duration(
    rule: DurationRule,
    record: &Model,
    work_weeks: &HashMap<SiteId, WorkWeek>,
    lacks: &mut Vec<Lack>,
) -> Counted {
    let between = date_of(record, rule.from).zip(date_of(record, rule.to));
    let days = match rule.days {
        DaysCounted::Calendar => between.map(|(from, to)| (to - from).num_days()),
        DaysCounted::Working => {
            let week = work_weeks.get(&record.site_id);
            if week.is_none() {
                lacks.push(Lack::new("siteId", no_work_week(record.site_id)));
            }
            week.zip(between).map(|(week, (from, to))| week.days(from, to))
        }
    };
    #[expect(clippy::cast_precision_loss, reason = "days between two dates of three centuries")]
    match (days, rule.total) {
        (None, _) => NOT_COUNTED,
        (Some(days), DurationTotal::Mean) => counted(Some(days as f64), Some(1.0)),
        (Some(days), DurationTotal::Sum) => counted(Some(days as f64), None),
    }
}

const fn no_work_week(site: SiteId) -> &'static str {
    if site.uuid().is_nil() {
        "is missing: the counting rule counts the days on which the record's site works"
    } else {
        "is a site without working hours: the counting rule counts the days on which it works"
    }
}
