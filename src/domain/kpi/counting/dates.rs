//! The dates that rules speak of, as a record has them.

use chrono::{Days, NaiveDate};

use crate::entity::counting_rule::{CountingRule, DueDate, OnTimeRule, RecordDate};
use crate::entity::source_record::Model;

/// One of a record's dates.
pub(super) const fn date_of(record: &Model, date: RecordDate) -> Option<NaiveDate> {
    match (date, record.revised_on) {
        (RecordDate::Opened, _) => record.opened_on,
        (RecordDate::Revised, Some(revised)) => Some(revised),
        (RecordDate::Agreed | RecordDate::Revised, _) => record.agreed_on,
        (RecordDate::Actual, _) => record.actual_on,
    }
}

/// The field that such a date is sent in.
pub(super) const fn field_of(date: RecordDate) -> &'static str {
    match date {
        RecordDate::Opened => "openedOn",
        RecordDate::Agreed | RecordDate::Revised => "agreedOn",
        RecordDate::Actual => "actualOn",
    }
}

/// What people call the date that a record has.
pub(super) const fn name_of(record: &Model, date: RecordDate) -> &'static str {
    match date {
        RecordDate::Opened => "date of opening",
        RecordDate::Revised if record.revised_on.is_some() => "revised date",
        RecordDate::Agreed | RecordDate::Revised => "agreed date",
        RecordDate::Actual => "actual date",
    }
}

/// The date that a rule places a record in a period by.
pub(super) const fn placing(rule: &CountingRule) -> RecordDate {
    match rule {
        CountingRule::OnTime(rule) => due(rule),
        CountingRule::Share(rule) => rule.period_by,
        CountingRule::Quantity(rule) => rule.period_by,
        CountingRule::Count(rule) => rule.period_by,
        CountingRule::Rate(rule) => rule.period_by,
        CountingRule::Duration(rule) => rule.to,
    }
}

/// The date by which an on-time rule judges.
pub(super) const fn due(rule: &OnTimeRule) -> RecordDate {
    match rule.due {
        DueDate::Revised => RecordDate::Revised,
        DueDate::Agreed => RecordDate::Agreed,
    }
}

/// The days on which a delivery is in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    opens: Option<NaiveDate>,
    pub(super) closes: NaiveDate,
}

impl Window {
    pub(super) fn around(due: NaiveDate, rule: &OnTimeRule) -> Self {
        let days = |days: i32| Days::new(u64::from(days.unsigned_abs()));
        Self { opens: rule.earliest_days.map(|earliest| due - days(earliest)), closes: due + days(rule.latest_days) }
    }

    pub(super) fn has(self, day: NaiveDate) -> bool {
        self.opens.is_none_or(|opens| opens <= day) && day <= self.closes
    }
}
