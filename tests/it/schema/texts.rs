//! Which texts are long: those cost more than 1, so that the cost of an answer bounds how large it can be.

use std::collections::BTreeSet;

use crate::harness::Sdl;

/// What a whole entry of the journal costs, a text of up to 10,000 characters, one of up to 2,000, and one of up to 500.
const LONG: [&str; 4] = ["160", "40", "8", "2"];

/// Texts that are names, codes and the like: the longest, a record in another system, has up to 500 characters. Lists
/// of them are of tags.
const SHORT: &[(&str, &[&str])] = &[
    ("ActionItem", &["labels", "title"]),
    ("ActionItemComment", &["authorSubject"]),
    ("ActionItemCommentEdge", &["cursor"]),
    ("ActionItemEdge", &["cursor"]),
    ("AgreeKpiDefinitionPayload", &["advice"]),
    ("Contact", &["email", "name", "phone", "role", "subject"]),
    ("ContactEdge", &["cursor"]),
    ("DueDateChangeEdge", &["cursor"]),
    ("ExternalReference", &["externalId", "system"]),
    ("ExternalReferenceEdge", &["cursor"]),
    ("Holiday", &["name"]),
    ("Interpretation", &["subject"]),
    ("JournalChange", &["table"]),
    ("JournalContent", &["action", "actorIssuer", "actorSubject", "salt"]),
    ("JournalEntry", &["contentDigest", "hash", "previousHash"]),
    ("JournalEntryEdge", &["cursor"]),
    ("JournalRows", &["digest", "table"]),
    ("Kpi", &["code"]),
    ("KpiChartBasis", &["digest"]),
    ("KpiChartBasisEdge", &["cursor"]),
    ("KpiChartExclusion", &["reason"]),
    ("KpiChartPhase", &["reason"]),
    ("KpiControlChart", &["unit"]),
    ("KpiCountRule", &["among"]),
    ("KpiDatasetEdge", &["cursor"]),
    ("KpiDatasetRevision", &["digest", "sharedBySubject"]),
    ("KpiDatasetRevisionEdge", &["cursor"]),
    ("KpiDefinition", &["digest", "name", "sourceSystem", "template", "unit"]),
    ("KpiDefinitionChange", &["field"]),
    ("KpiDefinitionEdge", &["cursor"]),
    ("KpiEdge", &["cursor"]),
    ("KpiNextReviewEdge", &["cursor"]),
    ("KpiObservation", &["sourceRecord", "sourceSystem", "unit"]),
    ("KpiObservationDifferenceEdge", &["cursor"]),
    ("KpiObservationEdge", &["cursor"]),
    ("KpiPoint", &["unit"]),
    ("KpiPointEdge", &["cursor"]),
    ("KpiPreviewDifferenceEdge", &["cursor"]),
    ("KpiPreviewPeriodEdge", &["cursor"]),
    ("KpiPreviewResult", &["unit"]),
    ("KpiRateRule", &["events", "opportunities"]),
    ("KpiReasonCode", &["code", "mergedInto", "name"]),
    ("KpiReview", &["recurrence"]),
    ("KpiReviewer", &["name", "role"]),
    ("KpiSeriesColumns", &["unit"]),
    ("KpiShareRule", &["among", "outcomes"]),
    ("KpiSourceRecord", &["item", "outcome", "reasonCode", "recordId", "revisionReasonCode"]),
    ("KpiSourceRecordEdge", &["cursor"]),
    (
        "KpiTemplate",
        &["code", "denominator", "formula", "name", "numerator", "source", "sourceSystems", "unit", "usualTarget"],
    ),
    ("KpiTotal", &["unit"]),
    ("MetricCharter", &["digest", "reviewCadence"]),
    ("Milestone", &["name"]),
    ("MilestoneEdge", &["cursor"]),
    ("NamedContactEdge", &["cursor"]),
    ("Organization", &["handle", "name"]),
    ("PageInfo", &["endCursor", "startCursor"]),
    ("Relationship", &["name"]),
    ("RelationshipEdge", &["cursor"]),
    ("ScopeOfWork", &["name"]),
    ("ScopeOfWorkEdge", &["cursor"]),
    ("Signature", &["digest", "issuer", "meaning", "subject"]),
    ("SignatureEdge", &["cursor"]),
    ("Site", &["capabilities", "country", "languages", "name"]),
    ("SiteEdge", &["cursor"]),
    ("SiteInPlayEdge", &["cursor"]),
    ("TokenRevocation", &["issuer", "subject", "tokenId"]),
    ("TokenRevocationEdge", &["cursor"]),
    ("Viewer", &["issuer", "scopes", "subject"]),
];

/// What of the basis of a chart is a list has no more characters than its elements cost, though each may have: all of a
/// basis has 25,000 at most.
#[test]
fn all_of_a_basis_costs_what_it_can_be_long() {
    let sdl = Sdl::of_service();
    let size = |field: &str| {
        sdl.fields("KpiChartBasis")
            .iter()
            .find(|found| found.name == field)
            .and_then(|found| found.assumed_size.clone())
    };
    for (field, expected) in [("phases", "100"), ("exclusions", "200"), ("changes", "4")] {
        assert_eq!(size(field).as_deref(), Some(expected), "{field}");
    }
}

/// What is made of a whole series, or is a long list of values.
#[test]
fn charts_cost_what_they_take() {
    let sdl = Sdl::of_service();
    let expected = [
        ("Kpi", "controlChart", "450"),
        ("KpiControlChart", "columns", "1000"),
        ("KpiControlChartSignal", "points", "6"),
        ("KpiSignal", "points", "6"),
        ("Relationship", "kpiSignals", "4500"),
    ];
    for (ty, field, cost) in expected {
        let found = sdl.fields(ty).iter().find(|found| found.name == field);
        assert_eq!(found.and_then(|found| found.cost.as_deref()), Some(cost), "{ty}.{field}");
    }
}

#[test]
fn every_text_is_short_or_costs_what_it_can_be_long() {
    let sdl = Sdl::of_service();
    let mut short = BTreeSet::new();
    for (ty, field) in sdl.types.keys().flat_map(|ty| sdl.fields(ty).iter().map(move |field| (ty, field))) {
        match (field.ty.name.as_str(), field.cost.as_deref()) {
            ("String", None) => _ = short.insert(format!("{ty}.{}", field.name)),
            ("String", Some(cost)) if ty != "_Service" => assert!(LONG.contains(&cost), "{ty}.{}: {cost}", field.name),
            _ => {}
        }
    }
    let known = SHORT.iter().flat_map(|(ty, fields)| fields.iter().map(move |field| format!("{ty}.{field}")));
    assert_eq!(
        short,
        known.collect(),
        "say of a long text what it costs (graphql/cost.rs), of a short one here that it is"
    );
}
