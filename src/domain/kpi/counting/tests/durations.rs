//! Days between two dates, all of them or those on which a site works.

use chrono::{Datelike, Days, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::entity::counting_rule::{DaysCounted, DurationRule, DurationTotal, RecordDate};
use crate::entity::site::{self, Holiday, Holidays, Weekday, WorkingHours, WorkingPeriod};
use crate::entity::texts::Texts;
use crate::id::OrganizationId;
use crate::scalar::Date;

fn rule(days: DaysCounted, total: DurationTotal) -> CountingRule {
    CountingRule::Duration(DurationRule { from: RecordDate::Opened, to: RecordDate::Actual, days, total })
}

fn lasted(from: &str, to: &str) -> Model {
    Model { opened_on: Some(day(from)), actual_on: Some(day(to)), site_id: SITE, ..blank() }
}

/// A site that works on these days of the week, twice a day.
fn site_working(weekdays: &[Weekday], holidays: &[NaiveDate]) -> site::Model {
    let hours = |weekday, opens: &str, closes: &str| WorkingPeriod {
        weekday,
        opens: serde_json::from_value(opens.into()).unwrap(),
        closes: serde_json::from_value(closes.into()).unwrap(),
    };
    let hours = |weekday: &Weekday| [hours(*weekday, "08:00:00", "12:00:00"), hours(*weekday, "13:00:00", "17:00:00")];
    let holiday = |date: &NaiveDate| Holiday { date: Date(*date), name: "a day off".to_owned() };
    site::Model {
        id: SITE,
        organization_id: OrganizationId::new(Uuid::nil()),
        name: "Visp".to_owned(),
        country: "CH".to_owned(),
        time_zone: "Europe/Zurich".to_owned(),
        working_hours: WorkingHours(weekdays.iter().flat_map(hours).collect()),
        holidays: Holidays(holidays.iter().map(holiday).collect()),
        languages: Texts::default(),
        capabilities: Texts::default(),
        version: 1,
        created_at: "2026-01-01T00:00:00Z".parse().unwrap(),
    }
}

const MONDAY_TO_FRIDAY: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

#[test]
fn calendar_days_are_all_days_between() {
    let mean = rule(DaysCounted::Calendar, DurationTotal::Mean);
    let sum = rule(DaysCounted::Calendar, DurationTotal::Sum);
    let record = lasted("2026-02-27", "2026-03-06");
    assert_eq!(verdict(&mean, "2026-05-01", &record), (RecordVerdict::Counted, Some(7.0), Some(1.0)));
    assert_eq!(verdict(&sum, "2026-05-01", &record), (RecordVerdict::Counted, Some(7.0), None));
    let at_once = lasted("2026-03-06", "2026-03-06");
    assert_eq!(verdict(&mean, "2026-05-01", &at_once), (RecordVerdict::Counted, Some(0.0), Some(1.0)));
    let backward = lasted("2026-03-06", "2026-03-04");
    assert_eq!(verdict(&mean, "2026-05-01", &backward).1, Some(-2.0));
    assert_eq!(contradictions(&backward, day("2026-05-01")), [Contradiction::EndedBeforeItBegan]);
    let without = Model { opened_on: None, ..record.clone() };
    assert_eq!(verdict(&mean, "2026-05-01", &without), (RecordVerdict::NotCounted, None, None));
    assert_eq!(explained(&mean, "2026-05-01", &without), "it has no date of opening");
    assert_eq!(
        explained(&mean, "2026-05-01", &record),
        "7 days from the date of opening 2026-02-27 to the actual date 2026-03-06"
    );
}

#[test]
fn working_days_are_those_of_the_site() {
    // 2026-03-06 is a Friday.
    let week = WorkWeek::of(&site_working(&MONDAY_TO_FRIDAY, &[day("2026-03-10")])).unwrap();
    for (from, to, days) in [
        ("2026-03-06", "2026-03-06", 0),
        ("2026-03-06", "2026-03-08", 0),
        ("2026-03-06", "2026-03-09", 1),
        ("2026-03-06", "2026-03-10", 1),
        ("2026-03-06", "2026-03-11", 2),
        ("2026-03-11", "2026-03-06", -2),
        ("2026-03-02", "2026-03-16", 9),
    ] {
        assert_eq!(week.days(day(from), day(to)), days, "{from} to {to}");
    }
    assert_eq!(WorkWeek::of(&site_working(&[], &[])), None);
}

#[test]
fn a_rule_of_working_days_needs_a_site_that_works() {
    let rule = rule(DaysCounted::Working, DurationTotal::Mean);
    let counting = monthly(&rule, "2026-05-01");
    let record = lasted("2026-03-06", "2026-03-11");
    let weeks: HashMap<_, _> =
        WorkWeek::of(&site_working(&MONDAY_TO_FRIDAY, &[])).into_iter().map(|week| (SITE, week)).collect();
    let judgement = counting.judge(&record, &weeks).unwrap();
    assert_eq!((judgement.numerator, judgement.denominator), (Some(3.0), Some(1.0)));
    assert_eq!(
        why(&counting, &record, &judgement),
        "3 working days of its site from the date of opening 2026-03-06 to the actual date 2026-03-11"
    );
    let lack = |record: &Model| counting.judge(record, &HashMap::new()).unwrap_err().remove(0);
    assert!(lack(&record).message.starts_with("is a site without working hours"));
    let nowhere = lack(&Model { site_id: NO_SITE, ..record });
    assert_eq!(nowhere.field, "siteId");
    assert!(nowhere.message.starts_with("is missing"));
}

proptest! {
    #[test]
    fn working_days_are_as_if_counted_one_by_one(
        works in proptest::sample::subsequence(MONDAY_TO_FRIDAY.to_vec(), 1..=5),
        off in proptest::collection::vec(0_u64..60, 0..8),
        from in 0_i64..60, length in -60_i64..60,
    ) {
        let first = day("2025-12-20");
        let off: Vec<NaiveDate> = off.into_iter().map(|days| first + Days::new(days)).collect();
        let week = WorkWeek::of(&site_working(&works, &off)).unwrap();
        let (from, to) = (first + TimeDelta::days(from), first + TimeDelta::days(from + length));
        let works_on = |date: &NaiveDate| {
            let of_week = works.iter().any(|weekday| *weekday as u32 == date.weekday().num_days_from_monday());
            of_week && !off.contains(date)
        };
        let counted = |after: NaiveDate, until: NaiveDate| {
            after.iter_days().skip(1).take_while(|date| *date <= until).filter(works_on).map(|_| 1_i64).sum::<i64>()
        };
        let expected = if to >= from { counted(from, to) } else { -counted(to, from) };
        prop_assert_eq!(week.days(from, to), expected);
    }
}
