//! Who reads what of a dataset at which stage, on every way that leads to one.

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::people::Person;
use super::stage::Stage;

/// What a caller sees of one dataset.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct View {
    /// The stage, revision and mark that it shows.
    pub shown: Option<Shown>,
    /// The numbers of the revisions that can be read.
    pub revisions: Vec<i64>,
    /// The values that its observations show, on every way that leads to them.
    pub values: Vec<f64>,
}

/// What a dataset shows of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    pub stage: String,
    pub revision: i64,
    pub under_correction: bool,
}

const QUERY: &str = "query($id: ID!) { kpiDataset(id: $id) {
    stage revisionNumber underCorrection observations { totalCount nodes { value } }
} }";

const REVISIONS: &str = "query($id: ID!) { kpiDataset(id: $id) {
    revision { number observations { nodes { value } } }
    revisions { totalCount nodes { number observations { nodes { value } } } }
} }";

const LISTS: &[(&str, &str)] = &[
    ("kpiDatasets", "{ kpiDatasets(first: 100) { totalCount nodes { id } } }"),
    ("kpi.datasets", "query($kpi: ID!) { kpi(id: $kpi) { datasets(first: 100) { totalCount nodes { id } } } }"),
    (
        "relationship.kpiDatasets",
        "query($relationship: ID!) { relationship(id: $relationship) { kpiDatasets(first: 100) { totalCount nodes { id } } } }",
    ),
];

const BY_DATE: &str = "query($relationship: ID!, $id: ID!) {
    kpiObservations(filter: { relationshipId: $relationship, kpiDatasetId: $id }) { totalCount nodes { value } }
}";

/// Looks at a dataset on every way there is, and makes sure that all show the same.
pub async fn view(stage: &Stage<'_>, person: &Person, name: &str) -> View {
    let parties = &stage.world.parties;
    let id = parties.id(name);
    let variables = json!({
        "id": id, "kpi": parties.id("KPI, measured"), "relationship": parties.id("relationship"),
    });
    let what = format!("{name} by {}", person.words);
    let dataset = data(person, QUERY, &variables).await["kpiDataset"].take();
    let listed = async |(list, query): &(&str, &str)| {
        let mut found = data(person, query, &variables).await;
        for field in list.split('.') {
            found = found[field].take();
        }
        let nodes = found["nodes"].as_array().cloned().unwrap_or_default();
        assert_eq!(found["totalCount"].as_u64().unwrap_or(0), nodes.len() as u64, "{list} of {what}");
        nodes.iter().any(|node| node["id"] == *id)
    };
    for list in LISTS {
        // Without `relationships:read` there is no way through the relationship.
        if list.0.starts_with("relationship") && !person.scopes.contains("relationships:read") {
            continue;
        }
        assert_eq!(listed(list).await, !dataset.is_null(), "{} of {what}", list.0);
    }
    let node = data(person, "query($id: ID!) { node(id: $id) { id } }", &variables).await;
    assert_eq!(node["node"].is_null(), dataset.is_null(), "node of {what}");
    let by_date = values(&data(person, BY_DATE, &variables).await["kpiObservations"]);
    if dataset.is_null() {
        assert_eq!(by_date, [0.0; 0], "kpiObservations of {what}");
        return View::default();
    }
    let current = values(&dataset["observations"]);
    assert_eq!(by_date, current, "kpiObservations of {what}");
    let shown = Shown {
        stage: dataset["stage"].as_str().expect("a stage").to_owned(),
        revision: dataset["revisionNumber"].as_i64().expect("a number"),
        under_correction: dataset["underCorrection"].as_bool().expect("true or false"),
    };
    let mut seen = data(person, REVISIONS, &variables).await["kpiDataset"].take();
    let revisions = seen["revisions"]["nodes"].as_array().cloned().unwrap_or_default();
    let mut all = Vec::new();
    for revision in &revisions {
        all.extend(values(&revision["observations"]));
        if revision["number"] == shown.revision {
            assert_eq!(values(&revision["observations"]), current, "the revision of {what}");
            assert_eq!(seen["revision"]["number"], shown.revision, "the revision of {what}");
        }
    }
    if seen["revision"].take().is_null() {
        all.clone_from(&current);
    }
    let revisions = revisions.iter().map(|revision| revision["number"].as_i64().expect("a number")).collect();
    View { shown: Some(shown), revisions, values: all }
}

/// The data of an answer; a refused field is null in it.
async fn data(person: &Person, query: &str, variables: &Value) -> Value {
    let used: serde_json::Map<String, Value> = variables
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(name, _)| query.contains(&format!("${name}")))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let answer = person.caller.send(query, used.into()).await;
    for refusal in answer.refusals() {
        assert_eq!(refusal.code, "FORBIDDEN", "{query} by {}: {refusal:?}", person.words);
    }
    answer.body["data"].clone()
}

fn values(observations: &Value) -> Vec<f64> {
    let nodes = observations["nodes"].as_array().cloned().unwrap_or_default();
    assert_eq!(observations["totalCount"].as_u64().unwrap_or(nodes.len() as u64), nodes.len() as u64);
    nodes.iter().map(|node| node["value"].as_f64().expect("a value")).collect()
}

impl View {
    /// In the words of the table: what it shows of itself, and which revisions can be read.
    pub fn outcome(&self) -> Outcome {
        let Some(Shown { stage, revision, under_correction }) = &self.shown else { return Outcome::Nothing };
        let mark = if *under_correction { " (under correction)" } else { "" };
        let revisions: Vec<String> = self.revisions.iter().map(ToString::to_string).collect();
        let revisions = if revisions.is_empty() { String::new() } else { format!(" of {}", revisions.join(", ")) };
        Outcome::Value(format!("{stage} {revision}{revisions}{mark}"))
    }
}
