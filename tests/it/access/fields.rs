//! What each caller reads of an object that it can see: every field of every type.

use serde_json::json;

use super::outcome::Outcome;
use super::people::Person;
use super::stage::Stage;
use crate::harness::{Field, Sdl, TypeOf, type_of};

/// An object to read the fields of: where it is found, from a node.
pub struct Place {
    pub ty: &'static str,
    /// Which node, in the world's words.
    pub node: &'static str,
    /// The way from the node to the object: a selection with `*` in the place of the object's fields.
    pub way: &'static str,
    /// The same way, in the answer.
    pub path: &'static [&'static str],
}

/// This file.
pub const FILE: &str = file!();

/// One place for each type with fields of its own.
pub const PLACES: &[Place] = &[
    Place { ty: "Organization", node: "CDMO", way: "*", path: &[] },
    Place { ty: "Site", node: "CDMO's site", way: "*", path: &[] },
    Place { ty: "WorkingPeriod", node: "CDMO's site", way: "workingHours { * }", path: &["workingHours"] },
    Place { ty: "Holiday", node: "CDMO's site", way: "holidays { * }", path: &["holidays"] },
    Place { ty: "Contact", node: "CDMO's contact", way: "*", path: &[] },
    Place { ty: "AwayPeriod", node: "CDMO's contact", way: "away { * }", path: &["away"] },
    Place {
        ty: "ExternalReference",
        node: "relationship",
        way: "externalReferences { nodes { * } }",
        path: &["externalReferences", "nodes"],
    },
    Place { ty: "Relationship", node: "relationship", way: "*", path: &[] },
    Place { ty: "SiteInPlay", node: "relationship", way: "sites { nodes { * } }", path: &["sites", "nodes"] },
    Place { ty: "NamedContact", node: "relationship", way: "contacts { nodes { * } }", path: &["contacts", "nodes"] },
    Place { ty: "ScopeOfWork", node: "scope of work, agreed", way: "*", path: &[] },
    Place { ty: "Milestone", node: "milestone", way: "*", path: &[] },
    Place { ty: "ActionItem", node: "action item, another date asked for", way: "*", path: &[] },
    Place {
        ty: "DueDateChange",
        node: "action item, another date asked for",
        way: "pendingDueDateChange { * }",
        path: &["pendingDueDateChange"],
    },
    Place {
        ty: "ActionItemComment",
        node: "action item, open",
        way: "comments { nodes { * } }",
        path: &["comments", "nodes"],
    },
    Place { ty: "MetricCharter", node: "charter, in effect", way: "*", path: &[] },
    Place { ty: "Kpi", node: "KPI, measured", way: "*", path: &[] },
    Place { ty: "KpiDefinition", node: "definition, agreed", way: "*", path: &[] },
    Place { ty: "KpiDefinition", node: "definition, rejected", way: "*", path: &[] },
    Place { ty: "KpiDefinition", node: "definition, valid later", way: "*", path: &[] },
    Place { ty: "KpiDefinition", node: "definition of a new KPI, proposed", way: "*", path: &[] },
    Place {
        ty: "KpiDefinitionChange",
        node: "definition of a new KPI, proposed",
        way: "changes { * }",
        path: &["changes"],
    },
    Place { ty: "KpiReasonCode", node: "definition, agreed", way: "reasonCodes { * }", path: &["reasonCodes"] },
    Place { ty: "KpiReview", node: "definition, agreed", way: "review { * }", path: &["review"] },
    Place {
        ty: "KpiReviewer",
        node: "definition, agreed",
        way: "review { reviewers { * } }",
        path: &["review", "reviewers"],
    },
    Place {
        ty: "KpiOnTimeRule",
        node: "definition of a new KPI, proposed",
        way: "countingRule { ... on KpiOnTimeRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "KpiShareRule",
        node: "definition by a share",
        way: "countingRule { ... on KpiShareRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "KpiQuantityRule",
        node: "definition by quantities",
        way: "countingRule { ... on KpiQuantityRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "KpiCountRule",
        node: "definition by a count",
        way: "countingRule { ... on KpiCountRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "KpiRateRule",
        node: "definition by a rate",
        way: "countingRule { ... on KpiRateRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "KpiDurationRule",
        node: "definition by durations",
        way: "countingRule { ... on KpiDurationRule { * } }",
        path: &["countingRule"],
    },
    Place {
        ty: "Signature",
        node: "revision of the dataset, RELEASED",
        way: "alignments { nodes { * } }",
        path: &["alignments", "nodes"],
    },
    Place { ty: "KpiDataset", node: "dataset, DRAFT", way: "*", path: &[] },
    Place { ty: "KpiDataset", node: "dataset, RELEASED", way: "*", path: &[] },
    Place { ty: "KpiDataset", node: "dataset, corrected", way: "*", path: &[] },
    Place { ty: "KpiDataset", node: "dataset, counted", way: "*", path: &[] },
    Place { ty: "KpiDatasetRevision", node: "revision of the dataset, RELEASED", way: "*", path: &[] },
    Place { ty: "KpiDatasetRevision", node: "revision of the dataset, counted", way: "*", path: &[] },
    Place {
        ty: "Interpretation",
        node: "revision of the dataset, RELEASED",
        way: "sponsorInterpretation { * }",
        path: &["sponsorInterpretation"],
    },
    Place {
        ty: "KpiObservation",
        node: "dataset, DRAFT",
        way: "observations(first: 2) { nodes { * } }",
        path: &["observations", "nodes"],
    },
    Place {
        ty: "KpiObservation",
        node: "dataset, RELEASED",
        way: "observations(first: 2) { nodes { * } }",
        path: &["observations", "nodes"],
    },
    Place {
        ty: "KpiObservation",
        node: "dataset, counted",
        way: "observations(last: 1) { nodes { * } }",
        path: &["observations", "nodes"],
    },
    Place {
        ty: "KpiSourceRecord",
        node: "dataset, counted",
        way: "records(part: DENOMINATOR, first: 2) { nodes { * } }",
        path: &["records", "nodes"],
    },
    Place {
        ty: "KpiSourceRecord",
        node: "dataset, counted, DRAFT",
        way: "records(part: DENOMINATOR, first: 2) { nodes { * } }",
        path: &["records", "nodes"],
    },
    Place {
        ty: "KpiRecordCounts",
        node: "dataset, counted",
        way: "observations(last: 1) { nodes { recordCounts { * } } }",
        path: &["observations", "nodes", "recordCounts"],
    },
    Place { ty: "KpiChartLink", node: "KPI, measured", way: "chartLink { * }", path: &["chartLink"] },
    Place { ty: "KpiPoint", node: "KPI, measured", way: "series { nodes { * } }", path: &["series", "nodes"] },
    Place {
        ty: "KpiPointCounts",
        node: "KPI, measured",
        way: "series { nodes { counts { * } } }",
        path: &["series", "nodes", "counts"],
    },
    Place { ty: "KpiSeriesColumns", node: "KPI, measured", way: "seriesColumns { * }", path: &["seriesColumns"] },
    Place { ty: "KpiTotal", node: "KPI, measured", way: "total { * }", path: &["total"] },
    Place {
        ty: "KpiAttainment",
        node: "KPI, measured",
        way: "total { attainment { * } }",
        path: &["total", "attainment"],
    },
    Place { ty: "KpiSiteTotal", node: "KPI, measured", way: "siteComparison { * }", path: &["siteComparison"] },
    Place { ty: "KpiNextReview", node: "KPI, measured", way: "nextReview { * }", path: &["nextReview"] },
    Place {
        ty: "KpiReviewItem",
        node: "KPI, measured",
        way: "nextReview { table { * } }",
        path: &["nextReview", "table"],
    },
    Place { ty: "KpiChartBasis", node: "chart basis, agreed", way: "*", path: &[] },
    Place { ty: "KpiChartBasis", node: "chart basis, rejected", way: "*", path: &[] },
    Place { ty: "KpiChartPhase", node: "chart basis, agreed", way: "phases { * }", path: &["phases"] },
    Place {
        ty: "KpiChartBaseline",
        node: "chart basis, agreed",
        way: "phases { baseline { * } }",
        path: &["phases", "baseline"],
    },
    Place { ty: "KpiChartExclusion", node: "chart basis, agreed", way: "exclusions { * }", path: &["exclusions"] },
    Place { ty: "KpiControlChart", node: "KPI, measured", way: "controlChart { * }", path: &["controlChart"] },
    Place { ty: "KpiControlChart", node: "KPI, not released", way: "controlChart { * }", path: &["controlChart"] },
    Place {
        ty: "KpiControlChartPoint",
        node: "KPI, measured",
        way: "controlChart { points { * } }",
        path: &["controlChart", "points"],
    },
    Place {
        ty: "KpiControlChartPoint",
        node: "KPI, not released",
        way: "controlChart { points { * } }",
        path: &["controlChart", "points"],
    },
    Place {
        ty: "KpiControlChartColumns",
        node: "KPI, measured",
        way: "controlChart { columns { * } }",
        path: &["controlChart", "columns"],
    },
    Place {
        ty: "KpiControlChartPhase",
        node: "KPI, measured",
        way: "controlChart { phases { * } }",
        path: &["controlChart", "phases"],
    },
    Place {
        ty: "KpiControlChartSignal",
        node: "KPI, not released",
        way: "controlChart { signals { * } }",
        path: &["controlChart", "signals"],
    },
    Place { ty: "KpiCurrentSignal", node: "relationship", way: "kpiSignals { * }", path: &["kpiSignals"] },
    Place { ty: "KpiSignal", node: "signal", way: "*", path: &[] },
    Place { ty: "ActionItem", node: "action item on a signal", way: "*", path: &[] },
    Place {
        ty: "JournalEntry",
        node: "relationship",
        way: "journal(first: 100) { nodes { * } }",
        path: &["journal", "nodes"],
    },
    Place {
        ty: "JournalContent",
        node: "relationship",
        way: "journal(first: 100) { nodes { content { * } } }",
        path: &["journal", "nodes", "content"],
    },
    Place {
        ty: "JournalChange",
        node: "relationship",
        way: "journal(first: 100) { nodes { content { changes { * } } } }",
        path: &["journal", "nodes", "content", "changes"],
    },
    Place {
        ty: "JournalRows",
        node: "relationship",
        way: "journal(first: 100) { nodes { content { rows { * } } } }",
        path: &["journal", "nodes", "content", "rows"],
    },
    Place {
        ty: "KpiObservationDifference",
        node: "dataset, corrected",
        way: "differences(fromRevision: 1, toRevision: 2) { nodes { * } }",
        path: &["differences", "nodes"],
    },
];

/// Fields that have nothing to show of the chosen object, as it stands.
pub const EMPTY: &[&str] = &[
    "Relationship.endedAt",
    "Relationship.pausedBy",
    "Relationship.stateReason",
    "ScopeOfWork.stateReason",
    "ActionItem.stateReason",
    "DueDateChange.answerReason",
    "DueDateChange.answeredAt",
    "KpiControlChart.misfit",
    "KpiControlChart.siteId",
    "KpiControlChartPhase.countedAnewByNumber",
    "KpiControlChartPoint.releasedWithoutAlignmentOf",
    "KpiDatasetRevision.reason",
    "KpiSignal.siteId",
    "KpiDatasetRevision.releasedWithoutAlignmentOf",
    "KpiSourceRecord.excludedReason",
    "Signature.withdrawReason",
    "Signature.withdrawnAt",
];

/// Arguments of fields that need some.
const ARGUMENTS: &[(&str, &str)] = &[("KpiDataset.differences", "(fromRevision: 1, toRevision: 1)")];

/// Types that no node leads to: who may ask for their root field reads all of them.
const OF_ROOT_FIELDS: &[&str] = &[
    "KpiCatalog",
    "KpiDefinitionPreview",
    "KpiPreviewDifference",
    "KpiPreviewPeriod",
    "KpiPreviewResult",
    "KpiTemplate",
    "TokenRevocation",
];

/// Whether a type is there only to hold others together, or is the same for all: it has no fields of its own to decide on.
fn is_frame(name: &str) -> bool {
    ["Connection", "Edge", "Payload"].iter().any(|end| name.ends_with(end))
        || ["Query", "Mutation", "Subscription", "PageInfo", "Viewer", "_Service"].contains(&name)
}

/// The types with fields that nobody has said a place of.
pub fn without_place() -> Vec<&'static str> {
    let types = Sdl::of_service().types.iter();
    types
        .filter(|(name, ty)| matches!(ty, TypeOf::Object { .. }) && !is_frame(name))
        .map(|(name, _)| name.as_str())
        .filter(|name| !OF_ROOT_FIELDS.contains(name))
        .filter(|name| !PLACES.iter().any(|place| place.ty == *name))
        .collect()
}

impl Place {
    /// What a caller reads of each field, all asked for at once: a field that is refused is null by itself.
    pub async fn read(&self, stage: &Stage<'_>, person: &Person) -> Vec<Outcome> {
        let sdl = Sdl::of_service();
        let fields = sdl.fields(self.ty);
        let selections: Vec<String> = fields.iter().map(|field| self.selection(sdl, field)).collect();
        let id = stage.world.parties.id(self.node);
        let node = type_of(id).expect("a node");
        let way = self.way.replace('*', &selections.join(" "));
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {node} {{ {way} }} }} }}");
        let answer = person.caller.send(&document, json!({ "id": id })).await;
        let outcome = |field: &Field| {
            let path: Vec<&str> = ["node"].iter().chain(self.path).copied().chain([field.name.as_str()]).collect();
            Outcome::at(&answer, &path, &format!("{}.{} by {}", self.ty, field.name, person.words))
        };
        fields.iter().map(outcome).collect()
    }

    fn selection(&self, sdl: &Sdl, field: &Field) -> String {
        let of = format!("{}.{}", self.ty, field.name);
        let arguments = ARGUMENTS.iter().find(|(name, _)| *name == of).map_or("", |(_, arguments)| arguments);
        let selection = match &field.ty.name {
            name if sdl.is_leaf(name) => "",
            name if name.ends_with("Connection") => " { totalCount }",
            _ => " { __typename }",
        };
        format!("{}{arguments}{selection}", field.name)
    }
}
