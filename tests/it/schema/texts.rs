//! Which texts are long: those cost more than 1, so that the cost of an answer bounds how large it can be.

use std::collections::BTreeSet;

use crate::harness::Sdl;

/// What a whole entry of the journal costs, a text of up to 10,000 characters, and one of up to 2,000.
const LONG: [&str; 3] = ["160", "40", "8"];

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
    ("KpiControlChartPhase", &["reason"]),
    ("KpiControlChartPoint", &["excludedReason"]),
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
