//! What a record must have, and what it must not say.

use super::*;
use crate::entity::counting_rule::{RateRule, RecordDate};
use crate::entity::reason_code::{ReasonCode, ReasonFamily};

fn lacks(rule: &CountingRule, record: &Model) -> Vec<&'static str> {
    let lacks = monthly(rule, "2026-05-01").judge(record, &HashMap::new()).unwrap_err();
    lacks.into_iter().map(|lack| lack.field).collect()
}

#[test]
fn all_that_a_rule_needs_is_told_at_once() {
    let in_full =
        CountingRule::OnTime(OnTimeRule { due: DueDate::Revised, earliest_days: None, latest_days: 0, in_full: true });
    let record = Model { actual_on: Some(day("2026-03-16")), ..blank() };
    assert_eq!(lacks(&in_full, &record), ["agreedOn", "agreedQuantity", "actualQuantity"]);
    let excluded = Model { excluded_reason: Some("sample".to_owned()), ..record };
    assert_eq!(lacks(&in_full, &excluded), ["agreedOn"], "it has to have its place");
    let rate = CountingRule::Rate(RateRule {
        events: vec!["COMPLAINT".to_owned()],
        opportunities: vec!["SHIPMENT".to_owned()],
        period_by: RecordDate::Actual,
    });
    let shipment = Model { outcome: Some("SHIPMENT".to_owned()), ..blank() };
    assert_eq!(lacks(&rate, &shipment), ["actualOn", "actualQuantity"]);
}

#[test]
fn by_site_a_record_is_of_a_site() {
    let rule = window(None, 0);
    let counting = Counting { by_site: true, ..monthly(&rule, "2026-05-01") };
    let record = delivery("2026-03-16", None);
    let lacks = counting.judge(&record, &HashMap::new()).unwrap_err();
    assert_eq!(lacks.into_iter().map(|lack| lack.field).collect::<Vec<_>>(), ["siteId"]);
    let at = Model { site_id: SITE, ..record };
    assert!(counting.judge(&at, &HashMap::new()).is_ok());
    assert_eq!(counting.site_of(&at), SITE);
    assert_eq!(monthly(&rule, "2026-05-01").site_of(&at), NO_SITE);
}

#[test]
fn contradictions_are_all_told() {
    use Contradiction::{DatedBefore1990, EndedBeforeItBegan, HappenedAfterTheData, RecordedBeforeItHappened};
    let record = Model {
        opened_on: Some(day("1989-12-31")),
        actual_on: Some(day("1989-12-30")),
        recorded_on: Some(day("1989-12-29")),
        ..blank()
    };
    assert_eq!(
        contradictions(&record, day("1989-12-01")),
        [DatedBefore1990, RecordedBeforeItHappened, HappenedAfterTheData, EndedBeforeItBegan]
    );
    let on_the_day = Model {
        opened_on: Some(day("1990-01-01")),
        actual_on: Some(day("1990-01-01")),
        recorded_on: Some(day("1990-01-01")),
        ..blank()
    };
    assert_eq!(contradictions(&on_the_day, day("1990-01-01")), []);
}

fn reasons() -> Vec<ReasonCode> {
    let reason = |code: &str, allows_revision, retired, merged_into: Option<&str>| ReasonCode {
        code: code.to_owned(),
        name: code.to_owned(),
        family: ReasonFamily::Nobody,
        allows_revision,
        retired,
        merged_into: merged_into.map(str::to_owned),
    };
    vec![
        reason("CUSTOMS", true, false, None),
        reason("LATE-ORDER", false, false, None),
        reason("BORDER", true, true, Some("CUSTOMS")),
        reason("OLD", true, true, None),
    ]
}

fn wrong(record: &Model) -> Vec<(&'static str, String)> {
    check_reasons(&reasons(), record).into_iter().map(|lack| (lack.field, lack.message)).collect()
}

#[test]
fn a_reason_is_one_of_the_agreed_and_current_ones() {
    let with = |code: &str| Model { reason_code: Some(code.to_owned()), ..blank() };
    assert_eq!(wrong(&with("LATE-ORDER")), []);
    for (code, message) in [
        ("NONE", "is NONE, which is no reason code of the definition"),
        ("BORDER", "is BORDER, which was merged into CUSTOMS: send that one"),
        ("OLD", "is OLD, which is retired: new records no longer name it"),
    ] {
        assert_eq!(wrong(&with(code)), [("reasonCode", message.to_owned())]);
    }
}

#[test]
fn a_date_is_revised_for_a_reason_that_allows_it_and_with_consent() {
    let revised = |reason: Option<&str>, consent: Option<&str>| Model {
        revised_on: Some(day("2026-04-01")),
        revision_reason: reason.map(str::to_owned),
        revision_consent: consent.map(str::to_owned),
        ..delivery("2026-03-16", None)
    };
    let fields = |record: &Model| wrong(record).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(wrong(&revised(Some("CUSTOMS"), Some("A. Rossi, mail of 2026-03-10"))), []);
    assert_eq!(fields(&revised(None, None)), ["revisionConsent", "revisionReason"]);
    assert_eq!(fields(&revised(Some("BORDER"), Some("mail"))), ["revisionReason"]);
    assert_eq!(
        wrong(&revised(Some("LATE-ORDER"), Some("mail"))),
        [(
            "revisionReason",
            "is LATE-ORDER, which does not allow a due date to be revised; the definition has CUSTOMS".to_owned()
        )]
    );
    let never_agreed = Model { agreed_on: None, ..revised(Some("CUSTOMS"), Some("mail")) };
    assert_eq!(fields(&never_agreed), ["agreedOn"]);
    let not_revised = Model { revised_on: None, ..revised(Some("CUSTOMS"), Some("mail")) };
    assert_eq!(fields(&not_revised), ["revisionReason", "revisionConsent"]);
}
