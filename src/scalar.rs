//! Scalars under the names of the API: `Date`, `LocalTime` and `TimeZone`.
//!
//! Inputs and outputs carry these; rows and rules keep what is inside them.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// A calendar date.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

impl Date {
    /// How a message describes one.
    const EXPECTED: &str = "a calendar date, as 2026-03-02";

    fn read(value: &Value) -> Option<Self> {
        let text = shaped(value, "0000-00-00")?;
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        (date.year() > 0).then_some(Self(date))
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<Date> for NaiveDate {
    fn from(Date(date): Date) -> Self {
        date
    }
}

/// A calendar date without a time of day or a time zone (ISO 8601), of the years 0001 to 9999: `2026-03-02`.
#[Scalar(specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        Self::read(&value).ok_or_else(|| InputValueError::custom(Self::EXPECTED))
    }

    fn is_valid(value: &Value) -> bool {
        Self::read(value).is_some()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalTime(NaiveTime);

impl LocalTime {
    /// The time of day.
    #[must_use]
    pub const fn time(self) -> NaiveTime {
        self.0
    }

    /// How a message describes one.
    const EXPECTED: &str = "a time of day, as 08:30 or 08:30:00";

    fn read(value: &Value) -> Option<Self> {
        let minutes = shaped(value, "00:00").map(|text| (text, "%H:%M"));
        let (text, format) = minutes.or_else(|| shaped(value, "00:00:00").map(|text| (text, "%H:%M:%S")))?;
        let time = NaiveTime::parse_from_str(text, format).ok()?;
        // A leap second is told by its nanoseconds.
        (time.nanosecond() == 0).then_some(Self(time))
    }
}

/// A time of day without a date or a time zone, to the second: `08:30:00`. In an input the seconds may be left out.
#[Scalar]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        Self::read(&value).ok_or_else(|| InputValueError::custom(Self::EXPECTED))
    }

    fn is_valid(value: &Value) -> bool {
        Self::read(value).is_some()
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%H:%M:%S").to_string())
    }
}

/// A time zone. Whether there is one of this name is checked with the other fields of an input, so that all that is
/// wrong is told at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(pub String);

impl TimeZone {
    /// How a message describes one.
    const EXPECTED: &str = "an IANA time zone, as Europe/Dublin";
}

/// A time zone by its name in the IANA database: `Europe/Dublin`.
#[Scalar(specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(name) => Ok(Self(name)),
            _ => Err(InputValueError::custom(Self::EXPECTED)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// What a value of a scalar looks like, in words.
#[must_use]
pub fn expected(scalar: &str) -> &'static str {
    match scalar {
        "Int" => "a whole number from -2147483648 to 2147483647",
        "Float" => "a number, of at most about 1.8e308",
        "Boolean" => "true or false",
        "ID" => "an id, which is a text",
        "Date" => Date::EXPECTED,
        "DateTime" => "a date and time with its offset from UTC (RFC 3339), as 2026-03-02T08:30:00Z",
        "LocalTime" => LocalTime::EXPECTED,
        "TimeZone" => TimeZone::EXPECTED,
        "_Any" => "an object of __typename and id, which are texts, and of nothing else",
        _ => "a text",
    }
}

/// How many members the values of scalars have at most: of those that are inputs, `_Any` alone has any.
pub const MOST_MEMBERS: usize = 2;

/// Whether an input of a scalar's type can be read.
#[must_use]
pub fn is_valid(scalar: &str, value: &Value) -> bool {
    match scalar {
        "Int" => matches!(value, Value::Number(number) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())),
        "Float" => matches!(value, Value::Number(_)),
        "Boolean" => matches!(value, Value::Boolean(_)),
        "String" => matches!(value, Value::String(_)),
        "ID" => matches!(value, Value::String(_)) || matches!(value, Value::Number(number) if number.is_i64()),
        "Date" => Date::is_valid(value),
        "DateTime" => <DateTime<Utc> as ScalarType>::parse(value.clone()).is_ok(),
        "LocalTime" => LocalTime::is_valid(value),
        "TimeZone" => TimeZone::is_valid(value),
        "_Any" => is_representation(value),
        _ => true,
    }
}

/// Whether a value can represent an object in a federation. What else another service knows of it is not read here.
fn is_representation(value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    let is_text = |name| matches!(members.get(name), Some(Value::String(_)));
    members.len() == MOST_MEMBERS && is_text("__typename") && is_text("id")
}

/// The text of a value, if it has a digit for each 0 of the shape and the shape's other characters where they are.
fn shaped<'v>(value: &'v Value, shape: &str) -> Option<&'v str> {
    let Value::String(text) = value else { return None };
    let fits = |(found, wanted): (u8, u8)| if wanted == b'0' { found.is_ascii_digit() } else { found == wanted };
    (text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: ScalarType>(text: &str) -> Option<String> {
        let value = Value::String(text.to_owned());
        let parsed = T::parse(value.clone()).ok();
        assert_eq!(parsed.is_some(), T::is_valid(&value), "{text}");
        parsed.map(|parsed| match parsed.to_value() {
            Value::String(text) => text,
            other => panic!("{other} is no text"),
        })
    }

    #[test]
    fn a_date_is_year_month_and_day_and_nothing_else() {
        for text in ["2026-03-02", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(read::<Date>(text).as_deref(), Some(text));
        }
        for text in [
            "",
            "2026",
            "2026-3-2",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-03-32",
            "0000-01-01",
            "02/03/2026",
            "20260302",
            "2026-W10-1",
            "2026-061",
            "26-03-02",
            "+2026-03-02",
            "-2026-03-02",
            "10000-01-01",
            " 2026-03-02",
            "2026-03-02 ",
            "2026-03-02T00:00:00Z",
            "2026‑03‑02",
            "２026-03-0",
            "today",
        ] {
            assert_eq!(read::<Date>(text), None, "{text}");
        }
        for value in [Value::from(20_260_302), Value::Null, Value::from(true), Value::List(vec![])] {
            assert!(!Date::is_valid(&value) && Date::parse(value).is_err());
        }
    }

    #[test]
    fn a_time_of_day_may_leave_out_its_seconds() {
        for (text, answered) in
            [("08:30:00", "08:30:00"), ("08:30", "08:30:00"), ("00:00", "00:00:00"), ("23:59:59", "23:59:59")]
        {
            assert_eq!(read::<LocalTime>(text).as_deref(), Some(answered));
        }
        for text in [
            "",
            "8:30",
            "08:60",
            "24:00",
            "24:00:00",
            "23:59:60",
            "08:30:00.5",
            "08:30:00Z",
            "08:30 AM",
            "0830",
            "08.30",
            "08:3x",
            " 08:30",
        ] {
            assert_eq!(read::<LocalTime>(text), None, "{text}");
        }
        assert!(LocalTime::parse(Value::from(830)).is_err());
    }

    #[test]
    fn a_json_column_keeps_a_date_and_a_time_as_the_api_writes_them() {
        let date = Date(NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
        let time = LocalTime(NaiveTime::from_hms_opt(8, 30, 0).unwrap());
        assert_eq!(serde_json::to_string(&(date, time)).unwrap(), r#"["2026-03-02","08:30:00"]"#);
        assert_eq!(serde_json::from_str::<(Date, LocalTime)>(r#"["2026-03-02","08:30:00"]"#).unwrap(), (date, time));
    }

    #[test]
    fn a_time_zone_is_a_text_that_is_checked_later() {
        assert_eq!(read::<TimeZone>("Europe/Dublin").as_deref(), Some("Europe/Dublin"));
        assert_eq!(read::<TimeZone>("Europe/Atlantis").as_deref(), Some("Europe/Atlantis"));
        assert!(TimeZone::parse(Value::from(1)).is_err() && !TimeZone::is_valid(&Value::from(1)));
    }
}
