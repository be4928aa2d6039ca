//! Reading recurrence rules of iCalendar, by the grammar and the conditions of RFC 5545, 3.3.10. Pure.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc, Weekday};

/// What a rule recurs by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A day of `BYDAY`: `TU`, or the nth one of a month or year, as `1TU`, or `-1TU` from its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Day {
    pub(super) nth: Option<i32>,
    pub(super) weekday: Weekday,
}

/// A rule, as it is said. Numbers below 0 are counted from the end; an empty list is a part that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    pub(super) week_start: Weekday,
    pub(super) by_month: Vec<i32>,
    pub(super) by_week: Vec<i32>,
    pub(super) by_year_day: Vec<i32>,
    pub(super) by_month_day: Vec<i32>,
    pub(super) by_day: Vec<Day>,
    pub(super) by_position: Vec<i32>,
    pub(super) count: Option<usize>,
    pub(super) until: Option<DateTime<Utc>>,
}

const EXPECTED: &str = "is no recurrence rule of iCalendar (RFC 5545, 3.3.10); one looks like FREQ=MONTHLY;BYDAY=1TU";
const WITHIN_A_DAY: &str =
    "recurs within a day: give FREQ as DAILY, WEEKLY, MONTHLY or YEARLY, and the time in startsAt";

/// The largest number of steps or reviews.
const LARGEST: u16 = 1_000;

/// Reads a rule that says on which days; the time of day is said apart. The error says what is wrong and what to do.
impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.to_ascii_uppercase();
        let parts = Parts::read(&text)?;
        let rule = Self {
            frequency: parts.frequency()?,
            interval: parts.number("INTERVAL")?.unwrap_or(1).into(),
            week_start: parts.week_start()?,
            by_month: parts.numbers("BYMONTH", 1..=12)?,
            by_week: parts.numbers("BYWEEKNO", -53..=53)?,
            by_year_day: parts.numbers("BYYEARDAY", -366..=366)?,
            by_month_day: parts.numbers("BYMONTHDAY", -31..=31)?,
            by_day: parts.days()?,
            by_position: parts.numbers("BYSETPOS", -366..=366)?,
            count: parts.number("COUNT")?.map(usize::from),
            until: parts.until()?,
        };
        match rule.conflict() {
            Some(conflict) => Err(conflict.to_owned()),
            None => Ok(rule),
        }
    }
}

impl Rule {
    /// What of the rule does not go together, and what to do about it.
    fn conflict(&self) -> Option<&'static str> {
        use Frequency::{Daily, Weekly, Yearly};
        let by_week = !self.by_week.is_empty();
        let by_year_day = !self.by_year_day.is_empty();
        let by_month_day = !self.by_month_day.is_empty();
        let numbered = self.by_day.iter().any(|day| day.nth.is_some());
        let by_other = by_week || by_year_day || by_month_day || !self.by_day.is_empty() || !self.by_month.is_empty();
        let of = |frequencies: &[Frequency]| frequencies.contains(&self.frequency);
        [
            (
                self.count.is_some() && self.until.is_some(),
                "has both COUNT and UNTIL: give one of them, or neither if it goes on",
            ),
            (by_week && !of(&[Yearly]), "has BYWEEKNO, which needs FREQ=YEARLY: give that, or leave BYWEEKNO out"),
            (
                by_year_day && !of(&[Yearly]),
                "has BYYEARDAY, which needs FREQ=YEARLY: give that, or BYMONTHDAY with FREQ=MONTHLY",
            ),
            (
                by_month_day && of(&[Weekly]),
                "has BYMONTHDAY, which does not go with FREQ=WEEKLY: give BYDAY, or FREQ=MONTHLY",
            ),
            (
                numbered && of(&[Daily, Weekly]),
                "numbers a day in BYDAY, as 1MO, which needs FREQ=MONTHLY or YEARLY: give that, or the day alone, as MO",
            ),
            (numbered && by_week, "numbers a day in BYDAY beside BYWEEKNO: give the day alone, as MO"),
            (
                !self.by_position.is_empty() && !by_other,
                "has BYSETPOS and nothing to count: give the days that it chooses from, as BYDAY=MO,TU",
            ),
        ]
        .into_iter()
        .find_map(|(conflicts, message)| conflicts.then_some(message))
    }
}

/// The parts of a rule, by name.
struct Parts<'t>(BTreeMap<&'t str, &'t str>);

impl<'t> Parts<'t> {
    fn read(text: &'t str) -> Result<Self, String> {
        let mut parts = BTreeMap::new();
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=').filter(|(_, value)| !value.is_empty()) else {
                return Err(EXPECTED.to_owned());
            };
            match name {
                "FREQ" | "INTERVAL" | "COUNT" | "UNTIL" | "WKST" | "BYMONTH" | "BYWEEKNO" | "BYYEARDAY"
                | "BYMONTHDAY" | "BYDAY" | "BYSETPOS" => {}
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => return Err(WITHIN_A_DAY.to_owned()),
                "BYWEEKDAY" => return Err("has BYWEEKDAY, which is called BYDAY (RFC 5545, 3.3.10)".to_owned()),
                _ => return Err(EXPECTED.to_owned()),
            }
            if parts.insert(name, value).is_some() {
                return Err(format!("has {name} twice: give it once"));
            }
        }
        Ok(Self(parts))
    }

    fn frequency(&self) -> Result<Frequency, String> {
        match self.0.get("FREQ").copied() {
            Some("DAILY") => Ok(Frequency::Daily),
            Some("WEEKLY") => Ok(Frequency::Weekly),
            Some("MONTHLY") => Ok(Frequency::Monthly),
            Some("YEARLY") => Ok(Frequency::Yearly),
            Some("HOURLY" | "MINUTELY" | "SECONDLY") => Err(WITHIN_A_DAY.to_owned()),
            _ => Err(EXPECTED.to_owned()),
        }
    }

    /// A number of steps or reviews; `LARGEST` keeps short what has to be gone through.
    fn number(&self, name: &str) -> Result<Option<u16>, String> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let number = value.parse().ok().filter(|number| (1..=LARGEST).contains(number));
        number.map(Some).ok_or_else(|| format!("has a wrong {name}: give a number from 1 to {LARGEST}"))
    }

    /// A list of numbers in a range, none of them 0.
    fn numbers(&self, name: &str, range: std::ops::RangeInclusive<i32>) -> Result<Vec<i32>, String> {
        let Some(value) = self.0.get(name) else { return Ok(Vec::new()) };
        let number = |text: &str| text.parse().ok().filter(|number| *number != 0 && range.contains(number));
        value.split(',').map(number).collect::<Option<_>>().ok_or_else(|| {
            let from_the_end = if *range.start() < 0 { ", and with a minus from the end" } else { "" };
            format!("has a wrong {name}: give numbers from 1 to {}{from_the_end}", range.end())
        })
    }

    fn days(&self) -> Result<Vec<Day>, String> {
        let Some(value) = self.0.get("BYDAY") else { return Ok(Vec::new()) };
        let wrong = || "has a wrong BYDAY: give days as MO,TU, or numbered ones as 1MO,-1FR".to_owned();
        value.split(',').map(Day::read).collect::<Option<_>>().ok_or_else(wrong)
    }

    fn week_start(&self) -> Result<Weekday, String> {
        let Some(value) = self.0.get("WKST") else { return Ok(Weekday::Mon) };
        weekday(value).ok_or_else(|| "has a wrong WKST: give the first day of the week, as MO".to_owned())
    }

    fn until(&self) -> Result<Option<DateTime<Utc>>, String> {
        let Some(value) = self.0.get("UNTIL") else { return Ok(None) };
        let until = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").ok();
        let until = until.filter(|_| value.len() == "20271231T235959Z".len());
        let wrong = || "must end in UTC, as UNTIL=20271231T235959Z".to_owned();
        until.map(|until| Some(until.and_utc())).ok_or_else(wrong)
    }
}

impl Day {
    /// Reads `TU` or `-1TU`. A month has 5 of a weekday at most, a year 53.
    fn read(text: &str) -> Option<Self> {
        let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let weekday = weekday(name)?;
        if number.is_empty() {
            return Some(Self { nth: None, weekday });
        }
        let nth = number.parse::<i32>().ok().filter(|nth| *nth != 0 && (-53..=53).contains(nth))?;
        Some(Self { nth: Some(nth), weekday })
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Rule>().expect_err(text)
    }

    #[test]
    fn a_rule_is_read_as_it_is_said() {
        let rule: Rule =
            "freq=yearly;INTERVAL=2;WKST=SU;BYMONTH=1,12;BYDAY=1MO,-2FR,SU;BYSETPOS=-1;COUNT=7".parse().unwrap();
        let day = |nth, weekday| Day { nth, weekday };
        assert_eq!(
            rule,
            Rule {
                frequency: Frequency::Yearly,
                interval: 2,
                week_start: Weekday::Sun,
                by_month: vec![1, 12],
                by_week: vec![],
                by_year_day: vec![],
                by_month_day: vec![],
                by_day: vec![day(Some(1), Weekday::Mon), day(Some(-2), Weekday::Fri), day(None, Weekday::Sun)],
                by_position: vec![-1],
                count: Some(7),
                until: None,
            }
        );
        let rule: Rule = "FREQ=MONTHLY;BYMONTHDAY=-31,31;UNTIL=20271231T235959Z".parse().unwrap();
        assert_eq!((rule.by_month_day, rule.interval, rule.week_start), (vec![-31, 31], 1, Weekday::Mon));
        assert_eq!(rule.until, "2027-12-31T23:59:59Z".parse().ok());
    }

    #[test]
    fn what_the_rfc_excludes_is_refused_with_what_to_do() {
        for (text, words) in [
            // Each condition of RFC 5545, 3.3.10.
            ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3;UNTIL=20271231T235959Z", "give one of them"),
            ("FREQ=DAILY;BYDAY=1MO", "numbers a day in BYDAY"),
            ("FREQ=WEEKLY;BYDAY=MO,-1FR", "or the day alone, as MO"),
            ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "beside BYWEEKNO: give the day alone"),
            ("FREQ=DAILY;BYYEARDAY=100", "has BYYEARDAY, which needs FREQ=YEARLY"),
            ("FREQ=WEEKLY;BYYEARDAY=100", "has BYYEARDAY, which needs FREQ=YEARLY"),
            ("FREQ=MONTHLY;BYYEARDAY=100", "or BYMONTHDAY with FREQ=MONTHLY"),
            ("FREQ=DAILY;BYWEEKNO=3", "has BYWEEKNO, which needs FREQ=YEARLY"),
            ("FREQ=WEEKLY;BYWEEKNO=3", "has BYWEEKNO, which needs FREQ=YEARLY"),
            ("FREQ=MONTHLY;BYWEEKNO=3", "or leave BYWEEKNO out"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "give BYDAY, or FREQ=MONTHLY"),
            ("FREQ=MONTHLY;BYSETPOS=1", "give the days that it chooses from"),
            ("FREQ=MONTHLY;BYWEEKDAY=MO", "which is called BYDAY"),
            ("FREQ=MONTHLY;BYDAY=MO;BYDAY=TU", "has BYDAY twice"),
            // Within a day.
            ("FREQ=HOURLY", "recurs within a day"),
            ("FREQ=DAILY;BYHOUR=9,15", "recurs within a day"),
            ("FREQ=DAILY;BYMINUTE=30", "recurs within a day"),
            // Values.
            ("FREQ=DAILY;INTERVAL=0", "has a wrong INTERVAL: give a number from 1"),
            ("FREQ=DAILY;INTERVAL=-1", "has a wrong INTERVAL"),
            ("FREQ=DAILY;INTERVAL=1001", "from 1 to 1000"),
            ("FREQ=DAILY;COUNT=0", "has a wrong COUNT"),
            ("FREQ=DAILY;COUNT=1001", "has a wrong COUNT: give a number from 1 to 1000"),
            ("FREQ=MONTHLY;BYDAY=0MO", "has a wrong BYDAY"),
            ("FREQ=YEARLY;BYDAY=54MO", "has a wrong BYDAY"),
            ("FREQ=MONTHLY;BYDAY=XXMO", "has a wrong BYDAY"),
            ("FREQ=MONTHLY;BYDAY=O", "has a wrong BYDAY"),
            ("FREQ=MONTHLY;BYDAY=\u{e9}1", "has a wrong BYDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "give numbers from 1 to 31, and with a minus from the end"),
            ("FREQ=MONTHLY;BYMONTHDAY=-2147483648", "has a wrong BYMONTHDAY"),
            ("FREQ=YEARLY;BYMONTH=-1", "give numbers from 1 to 12"),
            ("FREQ=YEARLY;BYYEARDAY=367", "has a wrong BYYEARDAY"),
            ("FREQ=YEARLY;BYWEEKNO=54", "has a wrong BYWEEKNO"),
            ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "has a wrong BYSETPOS"),
            ("FREQ=WEEKLY;WKST=8", "has a wrong WKST"),
            ("FREQ=WEEKLY;UNTIL=20271231", "UNTIL=20271231T235959Z"),
            ("FREQ=WEEKLY;UNTIL=20271231T235959", "must end in UTC"),
            ("FREQ=WEEKLY;UNTIL=20270231T235959Z", "must end in UTC"),
        ] {
            let refusal = refusal(text);
            assert!(refusal.contains(words), "{text}: {refusal}");
        }
        for text in [
            "",
            "every month",
            "INTERVAL=2",
            "FREQ=FORTNIGHTLY",
            "RRULE:FREQ=MONTHLY",
            "FREQ=DAILY;",
            "FREQ=DAILY;X=1",
            "FREQ=DAILY;BYDAY=",
        ] {
            assert_eq!(refusal(text), EXPECTED, "{text}");
        }
    }
}
