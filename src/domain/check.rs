//! Checking an input as a whole: every invalid field is noted, and all are reported at once.

use async_graphql::MaybeUndefined;
use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::error::{Error, FieldError, Result};
use crate::id::{Id, Kind};

/// A name or title.
pub const NAME: usize = 200;
/// A reason, comment or note.
pub const NOTE: usize = 2_000;
/// A description.
pub const TEXT: usize = 10_000;

/// Years that a date may be in: wide enough for any record, narrow enough for slips of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// The most invalid fields that are told at once, before how many more there are: 5,000 rows can have tens of thousands.
const MOST_ERRORS: usize = 49;

/// The invalid fields of one input so far. Each check returns a value to go on with; what it returns for an
/// invalid field is never used, since [`Check::finish`] refuses the input.
#[derive(Debug)]
pub struct Check {
    prefix: String,
    fields: Vec<FieldError>,
    /// Invalid fields beyond those that are told.
    untold: usize,
}

impl Check {
    /// Begins to check the argument `input`.
    #[must_use]
    pub fn new() -> Self {
        Self::of("input")
    }

    /// Begins to check another argument.
    #[must_use]
    pub fn of(argument: &str) -> Self {
        Self { prefix: format!("{argument}."), fields: Vec::new(), untold: 0 }
    }

    /// Begins to check the arguments of a field, which are inside no other.
    #[must_use]
    pub const fn of_arguments() -> Self {
        Self { prefix: String::new(), fields: Vec::new(), untold: 0 }
    }

    /// Checks an object inside of the input, whose fields are told by their way from it.
    pub fn inside<T>(&mut self, field: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.prefix.len();
        self.prefix.extend([field, "."]);
        let checked = check(self);
        self.prefix.truncate(outside);
        checked
    }

    /// Notes an invalid field.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        if self.fields.len() == MOST_ERRORS {
            self.untold += 1;
            return;
        }
        self.fields.push(FieldError { field: format!("{}{field}", self.prefix), message: message.into() });
    }

    /// Notes an invalid field unless `condition` holds.
    pub fn that(&mut self, condition: bool, field: &str, message: impl Into<String>) {
        if !condition {
            self.wrong(field, message);
        }
    }

    /// An id of kind `K`.
    pub fn id<K: Kind>(&mut self, field: &str, text: &str) -> Id<K> {
        text.parse().unwrap_or_else(|error: crate::id::IdError| {
            self.wrong(field, error.to_string());
            Id::new(Uuid::nil())
        })
    }

    /// An id of kind `K`, if there is one.
    pub fn optional_id<K: Kind>(&mut self, field: &str, text: Option<&str>) -> Option<Id<K>> {
        text.map(|text| self.id(field, text))
    }

    /// A text of 1 to `longest` characters, without the white space around it.
    pub fn text(&mut self, field: &str, text: &str, longest: usize) -> String {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            self.wrong(field, "must not be empty");
        } else if length > longest {
            self.wrong(field, format!("has {length} characters; at most {longest} are allowed"));
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.wrong(field, "has control characters; only line breaks and tabs are allowed");
        }
        text.to_owned()
    }

    /// A text that another system made, of 1 to `longest` bytes: kept and compared as it is, white space included.
    pub fn exact(&mut self, field: &str, text: &str, longest: usize) -> String {
        self.that(!text.is_empty(), field, "must not be empty");
        self.that(text.len() <= longest, field, format!("has {} bytes; at most {longest} are allowed", text.len()));
        self.that(!text.chars().any(char::is_control), field, "has control characters, which no token may have");
        text.to_owned()
    }

    /// A text that may be left out; one of white space alone counts as left out.
    pub fn optional_text(&mut self, field: &str, text: Option<&str>, longest: usize) -> Option<String> {
        text.filter(|text| !text.trim().is_empty()).map(|text| self.text(field, text, longest))
    }

    /// Up to `most` values, each checked under its own place in the list.
    pub fn up_to<V, T>(
        &mut self,
        field: &str,
        values: Vec<V>,
        most: usize,
        mut check: impl FnMut(&mut Self, &str, V) -> T,
    ) -> Vec<T> {
        self.that(values.len() <= most, field, format!("has {} entries; at most {most} are allowed", values.len()));
        let numbered = values.into_iter().take(most).enumerate();
        numbered.map(|(index, value)| check(self, &format!("{field}[{index}]"), value)).collect()
    }

    /// Up to `most` short texts.
    pub fn texts(&mut self, field: &str, texts: &[String], most: usize, longest: usize) -> Vec<String> {
        self.up_to(field, texts.iter().collect(), most, |check, field, text| check.text(field, text, longest))
    }

    /// A date of a year that can be meant.
    pub fn date(&mut self, field: &str, date: NaiveDate) -> NaiveDate {
        self.that(
            YEARS.contains(&date.year()),
            field,
            format!("{date} is outside the years {} to {}", YEARS.start(), YEARS.end()),
        );
        date
    }

    /// A date that may be left out.
    pub fn optional_date(&mut self, field: &str, date: Option<NaiveDate>) -> Option<NaiveDate> {
        date.map(|date| self.date(field, date))
    }

    /// A range of days, both included.
    pub fn range(&mut self, from: (&str, NaiveDate), to: (&str, NaiveDate)) {
        self.date(from.0, from.1);
        self.date(to.0, to.1);
        self.that(from.1 <= to.1, to.0, format!("{} ends before it starts ({})", to.1, from.1));
    }

    /// A range of days, both included, which may be open at either end.
    pub fn open_range(&mut self, from: (&str, Option<NaiveDate>), to: (&str, Option<NaiveDate>)) {
        if let (Some(first), Some(last)) = (from.1, to.1) {
            self.range((from.0, first), (to.0, last));
        } else {
            self.optional_date(from.0, from.1);
            self.optional_date(to.0, to.1);
        }
    }

    /// A finite number.
    pub fn number(&mut self, field: &str, number: f64) -> f64 {
        self.that(number.is_finite(), field, "must be a finite number");
        number
    }

    /// A finite number that may be left out.
    pub fn optional_number(&mut self, field: &str, number: Option<f64>) -> Option<f64> {
        number.map(|number| self.number(field, number))
    }

    /// A field of an update that cannot be empty: left out, it stays as it is.
    pub fn change<V, T>(
        &mut self,
        field: &str,
        value: MaybeUndefined<V>,
        current: T,
        check: impl FnOnce(&mut Self, V) -> T,
    ) -> T {
        match value {
            MaybeUndefined::Undefined => current,
            MaybeUndefined::Value(value) => check(self, value),
            MaybeUndefined::Null => {
                self.wrong(field, "cannot be cleared: leave it out to keep it as it is");
                current
            }
        }
    }

    /// A field of an update that can be empty: left out, it stays as it is; null clears it.
    pub fn change_or_clear<V, T>(
        &mut self,
        value: MaybeUndefined<V>,
        current: Option<T>,
        check: impl FnOnce(&mut Self, V) -> T,
    ) -> Option<T> {
        match value {
            MaybeUndefined::Undefined => current,
            MaybeUndefined::Value(value) => Some(check(self, value)),
            MaybeUndefined::Null => None,
        }
    }

    /// An id that the rest of the input is checked against: without it there is nothing to check, so what was
    /// found so far is reported.
    pub fn needed<K: Kind>(&mut self, id: Id<K>) -> Result<Id<K>> {
        if self.fields.is_empty() { Ok(id) } else { Err(self.refusal()) }
    }

    /// Refuses the input if any field was invalid.
    pub fn finish(mut self) -> Result<()> {
        if self.fields.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    fn refusal(&mut self) -> Error {
        let mut fields = std::mem::take(&mut self.fields);
        if self.untold > 0 {
            let message = format!("{} more fields are invalid; correct those that are told first", self.untold);
            fields.push(FieldError { field: self.prefix.trim_end_matches('.').to_owned(), message });
        }
        Error::BadInput { fields }
    }
}

impl Default for Check {
    fn default() -> Self {
        Self::new()
    }
}

/// Each value once, in the order in which they were first given: a list of as many values as a client likes, of which
/// there are few different ones, is one that the database takes.
pub fn distinct<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// Refuses a change of a version that the caller has not seen.
pub fn expected_version(what: &str, expected: i32, current: i32) -> Result<()> {
    if expected == current { Ok(()) } else { Err(Error::version_conflict(what, expected, current)) }
}
