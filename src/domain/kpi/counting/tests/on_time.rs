//! Deliveries against windows around the day on which they are due.

use proptest::prelude::*;

use super::*;

const MET: (RecordVerdict, Option<f64>, Option<f64>) = (RecordVerdict::Met, Some(1.0), Some(1.0));
const MISSED: (RecordVerdict, Option<f64>, Option<f64>) = (RecordVerdict::Missed, None, Some(1.0));
const PENDING: (RecordVerdict, Option<f64>, Option<f64>) = (RecordVerdict::Pending, None, None);

#[test]
fn the_days_of_the_window_count_with_its_first_and_last() {
    let rule = window(Some(14), 7);
    for (actual, expected) in
        [("2026-03-01", MISSED), ("2026-03-02", MET), ("2026-03-16", MET), ("2026-03-23", MET), ("2026-03-24", MISSED)]
    {
        assert_eq!(verdict(&rule, "2026-05-01", &delivery("2026-03-16", Some(actual))), expected, "{actual}");
    }
    let never_too_early = window(None, 0);
    assert_eq!(verdict(&never_too_early, "2026-05-01", &delivery("2026-03-16", Some("2020-01-01"))), MET);
    assert_eq!(verdict(&never_too_early, "2026-05-01", &delivery("2026-03-16", Some("2026-03-17"))), MISSED);
}

#[test]
fn what_can_still_be_made_good_is_pending_and_late_from_the_day_after() {
    let rule = window(Some(14), 7);
    let undelivered = delivery("2026-03-16", None);
    assert_eq!(verdict(&rule, "2026-03-23", &undelivered), PENDING);
    assert_eq!(verdict(&rule, "2026-03-24", &undelivered), MISSED);
    // Too early, while the window is open or yet to open.
    let early = delivery("2026-03-16", Some("2026-02-01"));
    assert_eq!(verdict(&rule, "2026-03-23", &early), PENDING);
    assert_eq!(verdict(&rule, "2026-03-24", &early), MISSED);
    // What came in time counts with what did not: once the window has closed for all that are due on that day.
    let in_time = delivery("2026-03-16", Some("2026-03-16"));
    assert_eq!(verdict(&rule, "2026-03-23", &in_time), PENDING);
    assert_eq!(verdict(&rule, "2026-03-24", &in_time), MET);
}

#[test]
fn what_is_said_of_later_days_has_not_happened_yet() {
    let rule = window(Some(14), 7);
    let foretold = delivery("2026-03-16", Some("2026-03-20"));
    assert_eq!(verdict(&rule, "2026-03-19", &foretold), PENDING);
    assert_eq!(contradictions(&foretold, day("2026-03-19")), [Contradiction::HappenedAfterTheData]);
    assert_eq!(contradictions(&foretold, day("2026-03-20")), []);
}

#[test]
fn a_revised_date_moves_the_window_and_the_period_where_the_rule_says_so() {
    let revised = Model { revised_on: Some(day("2026-04-10")), ..delivery("2026-03-16", Some("2026-04-12")) };
    let by_revised = judged(&window(Some(14), 7), "2026-06-01", &revised);
    assert_eq!((by_revised.verdict, by_revised.period_start), (RecordVerdict::Met, day("2026-04-01")));
    let by_agreed =
        CountingRule::OnTime(OnTimeRule { due: DueDate::Agreed, earliest_days: None, latest_days: 7, in_full: false });
    let by_agreed = judged(&by_agreed, "2026-06-01", &revised);
    assert_eq!((by_agreed.verdict, by_agreed.period_start), (RecordVerdict::Missed, day("2026-03-01")));
}

#[test]
fn in_full_asks_for_the_agreed_quantity() {
    let rule =
        CountingRule::OnTime(OnTimeRule { due: DueDate::Revised, earliest_days: None, latest_days: 7, in_full: true });
    let of_a_hundred = |actual| Model {
        agreed_quantity: Some(100.0),
        actual_quantity: Some(actual),
        ..delivery("2026-03-16", Some("2026-03-16"))
    };
    assert_eq!(verdict(&rule, "2026-05-01", &of_a_hundred(100.0)), MET);
    assert_eq!(verdict(&rule, "2026-05-01", &of_a_hundred(120.0)), MET);
    assert_eq!(verdict(&rule, "2026-05-01", &of_a_hundred(99.0)), MISSED);
    assert_eq!(verdict(&rule, "2026-03-20", &of_a_hundred(99.0)), PENDING, "the rest can still come in time");
    assert_eq!(
        explained(&rule, "2026-05-01", &of_a_hundred(99.0)),
        "delivered on 2026-03-16, on the agreed date 2026-03-16; the window closes 7 days later; 99 of 100 delivered"
    );
}

#[test]
fn an_excluded_record_is_counted_apart() {
    let excluded =
        Model { excluded_reason: Some("force majeure".to_owned()), ..delivery("2026-03-16", Some("2026-03-16")) };
    assert_eq!(verdict(&window(None, 0), "2026-05-01", &excluded), (RecordVerdict::Excluded, None, None));
    assert_eq!(explained(&window(None, 0), "2026-05-01", &excluded), "it is excluded: force majeure");
}

#[test]
fn the_sentence_says_what_was_compared() {
    let revised = |actual| Model { revised_on: Some(day("2026-03-01")), ..delivery("2026-02-01", actual) };
    let rule = window(Some(14), 7);
    assert_eq!(
        explained(&rule, "2026-05-01", &revised(Some("2026-03-04"))),
        "delivered on 2026-03-04, 3 days after the revised date 2026-03-01; the window is −14…+7 days"
    );
    assert_eq!(
        explained(&rule, "2026-05-01", &revised(Some("2026-02-28"))),
        "delivered on 2026-02-28, 1 day before the revised date 2026-03-01; the window is −14…+7 days"
    );
    assert_eq!(
        explained(&rule, "2026-05-01", &revised(None)),
        "not delivered by 2026-03-08; due on the revised date 2026-03-01; the window is −14…+7 days"
    );
    assert_eq!(
        explained(&rule, "2026-03-03", &delivery("2026-03-01", None)),
        "not delivered by 2026-03-03; due on the agreed date 2026-03-01; the window is −14…+7 days; the window is open until 2026-03-08"
    );
    assert_eq!(
        explained(&window(Some(0), 0), "2026-05-01", &delivery("2026-03-01", Some("2026-03-01"))),
        "delivered on 2026-03-01, on the agreed date 2026-03-01; the window is that day"
    );
}

proptest! {
    /// A wider window never makes a record late, and what is decided stays so as the data goes on.
    #[test]
    fn windows_and_time_go_one_way(
        actual in proptest::option::of(-40_i64..40), earliest in 0..20, latest in 0..20, wider in 0..20, as_of in -40_i64..60,
    ) {
        let at = |days: i64| day("2026-03-16") + chrono::TimeDelta::days(days);
        let record = Model { actual_on: actual.map(at), ..delivery("2026-03-16", None) };
        let of = |rule: &CountingRule, as_of: i64| {
            let counting = Counting { data_as_of: at(as_of), ..monthly(rule, "2026-03-16") };
            counting.judge(&record, &HashMap::new()).unwrap().verdict
        };
        let narrow = window(Some(earliest), latest);
        let wide = window(Some(earliest + wider), latest + wider);
        if of(&narrow, as_of) == RecordVerdict::Met {
            prop_assert!(of(&wide, as_of) != RecordVerdict::Missed);
            prop_assert_eq!(of(&wide, 100), RecordVerdict::Met);
        }
        let now = of(&narrow, as_of);
        if now != RecordVerdict::Pending {
            prop_assert_eq!(of(&narrow, as_of + 1), now);
        }
        prop_assert!(of(&narrow, 100) != RecordVerdict::Pending);
    }
}
