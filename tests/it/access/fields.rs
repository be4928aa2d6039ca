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
    /// The way from the node to the object: a selection with `*` in the place of the object's field.
    pub way: &'static str,
}

/// One place for each type with fields of its own.
pub const PLACES: &[Place] = &[
    Place { ty: "Organization", node: "CDMO", way: "*" },
    Place { ty: "Site", node: "CDMO's site", way: "*" },
    Place { ty: "WorkingPeriod", node: "CDMO's site", way: "workingHours { * }" },
    Place { ty: "Holiday", node: "CDMO's site", way: "holidays { * }" },
    Place { ty: "Contact", node: "CDMO's contact", way: "*" },
    Place { ty: "AwayPeriod", node: "CDMO's contact", way: "away { * }" },
    Place { ty: "ExternalReference", node: "relationship", way: "externalReferences { nodes { * } }" },
    Place { ty: "Relationship", node: "relationship", way: "*" },
    Place { ty: "SiteInPlay", node: "relationship", way: "sites { nodes { * } }" },
    Place { ty: "NamedContact", node: "relationship", way: "contacts { nodes { * } }" },
    Place { ty: "ScopeOfWork", node: "scope of work, agreed", way: "*" },
    Place { ty: "Milestone", node: "milestone", way: "*" },
    Place { ty: "ActionItem", node: "action item, open", way: "*" },
    Place { ty: "DueDateChange", node: "action item, another date asked for", way: "pendingDueDateChange { * }" },
    Place { ty: "ActionItemComment", node: "action item, open", way: "comments { nodes { * } }" },
    Place { ty: "MetricCharter", node: "charter, in effect", way: "*" },
    Place { ty: "Kpi", node: "KPI, measured", way: "*" },
    Place { ty: "KpiDefinition", node: "definition, agreed", way: "*" },
    Place { ty: "Signature", node: "revision of the dataset, RELEASED", way: "alignments { nodes { * } }" },
    Place { ty: "KpiDataset", node: "dataset, corrected", way: "*" },
    Place { ty: "KpiDatasetRevision", node: "revision of the dataset, RELEASED", way: "*" },
    Place { ty: "Interpretation", node: "revision of the dataset, RELEASED", way: "sponsorInterpretation { * }" },
    Place { ty: "KpiObservation", node: "dataset, RELEASED", way: "observations { nodes { * } }" },
    Place {
        ty: "KpiObservationDifference",
        node: "dataset, corrected",
        way: "differences(fromRevision: 1, toRevision: 2) { nodes { * } }",
    },
];

/// Arguments of fields that need some.
const ARGUMENTS: &[(&str, &str)] = &[("KpiDataset.differences", "(fromRevision: 1, toRevision: 2)")];

/// Whether a type is there only to hold others together, or is the same for all: it has no fields of its own to decide on.
fn is_frame(name: &str) -> bool {
    ["Connection", "Edge", "Payload"].iter().any(|end| name.ends_with(end))
        || ["Query", "Mutation", "PageInfo", "Viewer"].contains(&name)
}

/// The types with fields that nobody has said a place of.
pub fn without_place() -> Vec<&'static str> {
    let types = Sdl::of_service().types.iter();
    types
        .filter(|(name, ty)| matches!(ty, TypeOf::Object { .. }) && !is_frame(name))
        .map(|(name, _)| name.as_str())
        .filter(|name| !PLACES.iter().any(|place| place.ty == *name))
        .collect()
}

impl Place {
    /// What the callers read of one field.
    pub async fn read(&self, stage: &Stage<'_>, person: &Person, field: &Field) -> Outcome {
        let sdl = Sdl::of_service();
        let of = format!("{}.{}", self.ty, field.name);
        let arguments = ARGUMENTS.iter().find(|(name, _)| *name == of).map_or("", |(_, arguments)| arguments);
        let selection = match &field.ty.name {
            name if sdl.is_leaf(name) => "",
            name if name.ends_with("Connection") => " { totalCount }",
            _ => " { __typename }",
        };
        let call = self.way.replace('*', &format!("{}{arguments}{selection}", field.name));
        let node_type = type_of(stage.world.parties.id(self.node)).expect("a node");
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {node_type} {{ {call} }} }} }}");
        let id = json!({ "id": stage.world.parties.id(self.node) });
        let answer = person.caller.send(&document, id).await;
        let what = format!("{of} by {}", person.words);
        if let Some(refused) = Outcome::refusal(&answer, &what) {
            return refused;
        }
        let mut value = &answer.body["data"]["node"];
        let steps = self.way.split(['{', '}', ' ']).filter(|step| !step.is_empty() && *step != "*");
        for step in steps.chain([field.name.as_str()]) {
            // Of a list, the first element stands for all.
            value = value.get(0).unwrap_or(value);
            value = &value[step.split('(').next().unwrap_or(step)];
        }
        match value["totalCount"].as_i64() {
            Some(0) => Outcome::Nothing,
            Some(total) => Outcome::Value(total.to_string()),
            None => Outcome::of(value),
        }
    }
}
