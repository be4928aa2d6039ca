//! Buckets that empty and fill again, by a clock that is moved by hand.

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::access::scope::Scopes;

fn rate(per_second: u32, burst: u32) -> Rate {
    Rate { per_second: per_second.try_into().unwrap(), burst: burst.try_into().unwrap() }
}

fn rates(subject: Option<Rate>, organization: Option<Rate>) -> (Rates, Clock) {
    let clock = Clock::set_to(DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
    let mut config = Config::default();
    (config.load.subject_rate, config.load.organization_rate) = (subject, organization);
    (Rates::new(&config, &clock), clock)
}

fn viewer(clock: &Clock, issuer: &str, subject: &str, organization: Option<OrganizationId>) -> Viewer {
    let expires_at = clock.now() + TimeDelta::days(1);
    Viewer {
        issuer: issuer.into(),
        subject: subject.to_owned(),
        organization,
        scopes: Scopes::default(),
        token_id: None,
        issued_at: None,
        expires_at,
    }
}

fn told(meter: &Meter<'_>) -> [String; 2] {
    let mut headers = HeaderMap::new();
    meter.tell(&mut headers);
    HEADERS.map(|name| headers.get(name).map_or(String::new(), |value| value.to_str().unwrap().to_owned()))
}

#[track_caller]
fn spends(meter: &mut Meter<'_>, cost: u64) {
    assert!(meter.spend(cost).is_ok());
}

#[track_caller]
fn is_told_to_wait(meter: &mut Meter<'_>, cost: u64, seconds: u64) {
    let failure = meter.spend(cost).unwrap_err();
    assert!(format!("{failure:?}").contains("RATE_LIMITED"), "{failure:?}");
    assert!(format!("{failure:?}").contains(&format!("retry_after_seconds: Some({seconds})")), "{failure:?}");
}

#[test]
fn a_bucket_empties_and_fills_again() {
    let (rates, clock) = rates(Some(rate(10, 100)), None);
    let anna = viewer(&clock, "a", "anna", None);
    let mut meter = rates.meter(&anna);
    assert_eq!(told(&meter), ["", ""], "nobody has looked yet");
    spends(&mut meter, 95);
    assert_eq!(told(&meter), [r#""subject";r=5;t=10"#, r#""subject";q=100;w=10;qu="cost""#]);
    is_told_to_wait(&mut meter, 20, 2);
    assert_eq!(told(&meter)[0], r#""subject";r=0;t=2"#);
    clock.move_to(clock.now() + TimeDelta::milliseconds(1_500));
    spends(&mut rates.meter(&anna), 20);
    is_told_to_wait(&mut rates.meter(&anna), 1, 1);
    clock.move_to(clock.now() + TimeDelta::seconds(10));
    spends(&mut rates.meter(&anna), 100);
}

#[test]
fn what_no_full_bucket_holds_is_too_much_for_ever() {
    let (rates, clock) = rates(Some(rate(10, 100)), None);
    let failure = rates.meter(&viewer(&clock, "a", "anna", None)).spend(101).unwrap_err();
    let failure = format!("{failure:?}");
    assert!(
        failure.contains("LIMIT_EXCEEDED")
            && failure.contains("this costs 101, and your subject may ask for 100 at once"),
        "{failure}"
    );
}

#[test]
fn each_subject_of_each_issuer_has_its_own() {
    let (rates, clock) = rates(Some(rate(1, 100)), None);
    for (issuer, subject) in [("a", "anna"), ("b", "anna"), ("a", "ben")] {
        spends(&mut rates.meter(&viewer(&clock, issuer, subject, None)), 100);
    }
    is_told_to_wait(&mut rates.meter(&viewer(&clock, "a", "anna", None)), 1, 1);
}

#[test]
fn an_organization_has_one_for_all_its_subjects() {
    let (rates, clock) = rates(Some(rate(1, 100)), Some(rate(1, 150)));
    let (acme, beta) = (Some(clock.new_id()), Some(clock.new_id()));
    spends(&mut rates.meter(&viewer(&clock, "a", "anna", acme)), 100);
    let mut meter = rates.meter(&viewer(&clock, "a", "ben", acme));
    is_told_to_wait(&mut meter, 60, 10);
    assert_eq!(
        told(&meter),
        [
            r#""subject";r=40;t=60, "organization";r=0;t=10"#,
            r#""subject";q=100;w=100;qu="cost", "organization";q=150;w=150;qu="cost""#,
        ]
    );
    spends(&mut rates.meter(&viewer(&clock, "a", "cleo", beta)), 100);
    // What a subject has no cost left for is not charged to its organization.
    is_told_to_wait(&mut rates.meter(&viewer(&clock, "a", "anna", acme)), 50, 50);
    spends(&mut rates.meter(&viewer(&clock, "a", "dora", acme)), 50);
}

#[test]
fn what_is_asked_by_link_is_not_charged_to_who_made_it() {
    let (rates, clock) = rates(Some(rate(1, 100)), Some(rate(1, 150)));
    let anna = viewer(&clock, "a", "anna", Some(clock.new_id()));
    spends(&mut rates.meter_of_links(&anna), 100);
    is_told_to_wait(&mut rates.meter_of_links(&anna), 10, 10);
    let ben = Viewer { subject: "ben".to_owned(), ..anna.clone() };
    is_told_to_wait(&mut rates.meter_of_links(&ben), 60, 10);
    let mut own = rates.meter(&anna);
    spends(&mut own, 100);
    spends(&mut rates.meter(&ben), 50);
    assert_eq!(told(&own)[0], r#""subject";r=0;t=100, "organization";r=50;t=100"#);
}

#[test]
fn where_no_rate_is_set_there_is_no_limit() {
    let (rates, clock) = rates(None, None);
    let mut meter = rates.meter(&viewer(&clock, "a", "anna", Some(clock.new_id())));
    spends(&mut meter, u64::MAX);
    assert_eq!(told(&meter), ["", ""]);
}

#[test]
fn full_buckets_are_forgotten() {
    let (rates, clock) = rates(Some(rate(1_000, 1_000)), None);
    let spend = |subject: u32| spends(&mut rates.meter(&viewer(&clock, "a", &subject.to_string(), None)), 1_000);
    let kept = || rates.callers.subjects.as_ref().unwrap().limiter.len();
    (0..SWEEP_AFTER).for_each(spend);
    assert_eq!(kept(), SWEEP_AFTER as usize);
    clock.move_to(clock.now() + TimeDelta::seconds(2));
    (0..2).for_each(spend);
    assert!(kept() <= 2, "{} buckets are kept", kept());
}
