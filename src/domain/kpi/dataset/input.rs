//! Observations as they are sent, checked against the dataset and the definition that they are for.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::target::Target;
use crate::db::observations::Key;
use crate::domain::check::{self, Check};
use crate::domain::kpi::aggregate;
use crate::domain::kpi::period::Periods;
use crate::entity::kpi_definition::{self, KpiAggregation};
use crate::entity::observation::{self, NO_SITE, ObservationStatus};
use crate::id::SiteId;
use crate::scalar::Date;

/// The most observations in one call.
pub const MOST: usize = 5_000;

/// How far a value that is sent may lie from the one computed from numerator and denominator: rounding of
/// doubles, not of people.
const TOLERANCE: f64 = 1e-9;

/// One observation: what was measured in one period, at one site where the definition is by site.
#[derive(Debug, InputObject)]
pub struct ObservationInput {
    /// The first day of the period. The definition's frequency says which days begin one: a Monday for a week, the
    /// first of a month, and so on.
    pub period_start: Date,
    /// The site; needed where the definition is by site, and only there.
    pub site_id: Option<ID>,
    /// What the definition counts or sums above the line.
    pub numerator: Option<f64>,
    /// What it counts or sums below the line.
    pub denominator: Option<f64>,
    /// The value in the definition's unit. For a ratio it is computed, and one that is sent must agree.
    pub value: Option<f64>,
    /// Whether there is a value, and if not, why. Left out, it is told from the numbers.
    pub status: Option<ObservationStatus>,
    /// Why it is excluded, or another word on a missing value, up to 2,000 characters.
    pub reason: Option<String>,
    /// The system that the numbers come from, up to 100 characters; the definition's where it is left out.
    pub source_system: Option<String>,
    /// The record in that system, up to 500 characters.
    pub source_record: Option<String>,
    /// A remark for readers, up to 2,000 characters.
    pub note: Option<String>,
}

/// The key of an observation to remove.
#[derive(Debug, InputObject)]
pub struct ObservationKeyInput {
    /// The first day of its period.
    pub period_start: Date,
    /// Its site, where the definition is by site.
    pub site_id: Option<ID>,
}

/// Checks observations; what is invalid is noted by its index.
pub fn rows(
    check: &mut Check,
    target: &Target,
    revision: i32,
    inputs: &[ObservationInput],
    recorded_at: DateTime<Utc>,
) -> Vec<observation::Model> {
    check.that(
        inputs.len() <= MOST,
        "observations",
        format!("has {} entries; at most {MOST} are allowed", inputs.len()),
    );
    let mut seen = HashSet::new();
    let mut rows = Vec::with_capacity(inputs.len().min(MOST));
    for (index, input) in inputs.iter().enumerate().take(MOST) {
        let mut one = One { check, path: format!("observations[{index}]"), target };
        let row = one.row(input, revision, recorded_at);
        if !seen.insert((row.period_start, row.site_id)) {
            one.wrong("periodStart", "is the second row for the same period and site: send each once");
        }
        rows.push(row);
    }
    rows
}

/// Checks keys.
pub fn keys(check: &mut Check, target: &Target, inputs: &[ObservationKeyInput]) -> Vec<Key> {
    check.that(inputs.len() <= MOST, "remove", format!("has {} entries; at most {MOST} are allowed", inputs.len()));
    let mut keys = Vec::new();
    for (index, input) in inputs.iter().enumerate().take(MOST) {
        let mut one = One { check, path: format!("remove[{index}]"), target };
        let period_start = input.period_start.into();
        one.period(period_start);
        keys.push((period_start, one.site(input.site_id.as_ref())));
    }
    keys
}

/// One observation being checked.
struct One<'c> {
    check: &'c mut Check,
    path: String,
    target: &'c Target,
}

impl One<'_> {
    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        let field = format!("{}.{field}", self.path);
        self.check.wrong(&field, message);
    }

    const fn definition(&self) -> &kpi_definition::Model {
        &self.target.definition
    }

    fn row(&mut self, input: &ObservationInput, revision: i32, recorded_at: DateTime<Utc>) -> observation::Model {
        let site_id = self.site(input.site_id.as_ref());
        let period_start = input.period_start.into();
        let period_end = self.period(period_start);
        let numbers = self.numbers(input);
        // It is tomorrow already in the places that are ahead of UTC.
        if numbers.status == ObservationStatus::Reported && period_start > recorded_at.date_naive() + Days::new(1) {
            self.wrong(
                "periodStart",
                format!("{period_start} is still to come: send its value when it is there, or the status PENDING"),
            );
        }
        let source_system = self.text("sourceSystem", input.source_system.as_deref(), 100);
        observation::Model {
            dataset_id: self.target.dataset.id,
            revision,
            period_start,
            site_id,
            period_end,
            numerator: numbers.numerator,
            denominator: numbers.denominator,
            value: numbers.value,
            status: numbers.status,
            reason: self.text("reason", input.reason.as_deref(), check::NOTE),
            source_system: source_system.or_else(|| self.definition().source_system.clone()),
            source_record: self.text("sourceRecord", input.source_record.as_deref(), 500),
            note: self.text("note", input.note.as_deref(), check::NOTE),
            recorded_at,
        }
    }

    fn text(&mut self, field: &str, text: Option<&str>, longest: usize) -> Option<String> {
        let field = format!("{}.{field}", self.path);
        self.check.optional_text(&field, text, longest)
    }

    /// The last day of the period that begins on a day, which must be one of the dataset's.
    fn period(&mut self, start: NaiveDate) -> NaiveDate {
        let periods = Periods::of(self.definition());
        let dataset = &self.target.dataset;
        let (from, to) = (dataset.period_start, dataset.period_end);
        if start < from || start > to {
            self.wrong("periodStart", format!("{start} is outside the dataset's period, {from} to {to}"));
            return start;
        }
        let containing = periods.start_of(start);
        if containing != start {
            self.wrong(
                "periodStart",
                format!("{start} does not begin {periods}; the one it is in begins on {containing}"),
            );
        }
        periods.end_of(containing)
    }

    fn site(&mut self, id: Option<&ID>) -> SiteId {
        match (id, self.definition().by_site) {
            (None, false) => NO_SITE,
            (None, true) => {
                self.wrong("siteId", "is missing: the definition is by site");
                NO_SITE
            }
            (Some(_), false) => {
                self.wrong("siteId", "must be left out: the definition is not by site");
                NO_SITE
            }
            (Some(text), true) => self.target.site(text).unwrap_or_else(|wrong| {
                self.wrong("siteId", wrong);
                NO_SITE
            }),
        }
    }

    fn numbers(&mut self, input: &ObservationInput) -> Numbers {
        for (field, number) in
            [("numerator", input.numerator), ("denominator", input.denominator), ("value", input.value)]
        {
            if number.is_some_and(|number| !number.is_finite()) {
                self.wrong(field, "must be a finite number");
            }
        }
        let status = input.status;
        let is_ratio = self.definition().aggregation == KpiAggregation::RatioOfSums;
        if status.is_some_and(|status| status != ObservationStatus::Reported) {
            return self.missing(input, status.unwrap_or(ObservationStatus::NoData));
        }
        if is_ratio { self.ratio(input, status) } else { self.plain(input) }
    }

    /// A value that is not there keeps what was counted of it, but never shows a value.
    fn missing(&mut self, input: &ObservationInput, status: ObservationStatus) -> Numbers {
        if input.value.is_some() {
            self.wrong("value", "must be left out unless the status is REPORTED");
        }
        if status == ObservationStatus::Excluded
            && input.reason.as_deref().is_none_or(|reason| reason.trim().is_empty())
        {
            self.wrong("reason", "is missing: an exclusion needs one");
        }
        Numbers { numerator: input.numerator, denominator: input.denominator, value: None, status }
    }

    fn ratio(&mut self, input: &ObservationInput, status: Option<ObservationStatus>) -> Numbers {
        let (numerator, denominator) = match (input.numerator, input.denominator) {
            (Some(numerator), Some(denominator)) => (numerator, denominator),
            (numerator, denominator) => {
                if numerator.is_none() {
                    self.wrong(
                        "numerator",
                        "is missing: the definition is a ratio; send a status if there is no value",
                    );
                }
                if denominator.is_none() {
                    self.wrong(
                        "denominator",
                        "is missing: the definition is a ratio; send a status if there is no value",
                    );
                }
                return Numbers::nothing();
            }
        };
        if denominator == 0.0 {
            if input.value.is_some() {
                self.wrong("value", "cannot be given: the denominator is 0, so there is none");
            }
            if numerator != 0.0 {
                self.wrong("denominator", "is 0 while the numerator is not");
            }
            if status == Some(ObservationStatus::Reported) {
                self.wrong("status", "cannot be REPORTED: the denominator is 0, so there is no value");
            }
            return Numbers { numerator: Some(numerator), denominator: Some(denominator), ..Numbers::nothing() };
        }
        let Some(value) = aggregate::ratio(self.definition().scale, numerator, denominator) else {
            self.wrong("denominator", "gives no finite value with this numerator");
            return Numbers::nothing();
        };
        if let Some(sent) = input.value.filter(|sent| (sent - value).abs() > TOLERANCE * value.abs().max(1.0)) {
            self.wrong("value", format!("is {sent}, but numerator and denominator give {value}: send those alone"));
        }
        Numbers {
            numerator: Some(numerator),
            denominator: Some(denominator),
            value: Some(value),
            status: ObservationStatus::Reported,
        }
    }

    fn plain(&mut self, input: &ObservationInput) -> Numbers {
        for (field, number) in [("numerator", input.numerator), ("denominator", input.denominator)] {
            if number.is_some() {
                self.wrong(field, "must be left out: the definition is no ratio");
            }
        }
        if input.value.is_none() {
            self.wrong("value", "is missing; send a status if there is none");
        }
        Numbers { value: input.value, status: ObservationStatus::Reported, ..Numbers::nothing() }
    }
}

struct Numbers {
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    status: ObservationStatus,
}

impl Numbers {
    const fn nothing() -> Self {
        Self { numerator: None, denominator: None, value: None, status: ObservationStatus::NoData }
    }
}
