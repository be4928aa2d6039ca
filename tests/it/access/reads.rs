//! What each caller reads: by root field, and by the id of each object.

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::people::Person;
use super::stage::Stage;
use crate::harness::{Answer, Sdl, Shared, type_of};

/// One root field, asked for something of the parties'.
pub struct Question {
    pub field: &'static str,
    /// What is asked for, in the words of the table.
    pub of: &'static str,
    /// The arguments and the selection; `<name>` stands for the id of the object with that name.
    pub call: &'static str,
}

/// The selection of a list; its total must be the number of its nodes.
const LIST: &str = "(first: 100) { totalCount nodes { id } }";

/// One question or more for each root field. `node` is asked for every object there is.
pub const QUESTIONS: &[Question] = &[
    Question { field: "viewer", of: "the caller", call: "{ subject }" },
    Question { field: "nodes", of: "the relationship", call: "(ids: [<relationship>]) { id }" },
    Question {
        field: "_entities",
        of: "the relationship",
        call: r#"(representations: [{ __typename: "Relationship", id: <relationship> }]) { ... on Relationship { id } }"#,
    },
    Question { field: "_service", of: "the schema", call: "{ sdl }" },
    Question {
        field: "objectByReference",
        of: "what the CDMO's ERP calls the relationship",
        call: r#"(system: "ERP kestrel", externalId: "brightfill") { id }"#,
    },
    Question { field: "organization", of: "the sponsor", call: "(id: <sponsor>) { id }" },
    Question { field: "relationship", of: "the relationship", call: "(id: <relationship>) { id }" },
    Question { field: "relationships", of: "the parties'", call: LIST },
    Question { field: "actionItem", of: "an open one", call: "(id: <action item, open>) { id }" },
    Question { field: "actionItems", of: "the parties'", call: LIST },
    Question { field: "kpi", of: "a measured one", call: "(id: <KPI, measured>) { id }" },
    Question { field: "kpis", of: "the parties'", call: LIST },
    Question { field: "kpiDefinition", of: "a proposed one", call: "(id: <definition, proposed>) { id }" },
    Question { field: "kpiCatalog", of: "the catalog", call: "{ version }" },
    Question { field: "kpiTemplate", of: "on-time delivery", call: r#"(code: "OTD") { code }"# },
    Question { field: "kpiDataset", of: "a released one", call: "(id: <dataset, RELEASED>) { id }" },
    Question { field: "kpiDatasets", of: "the parties'", call: LIST },
    Question {
        field: "previewKpiDefinition",
        of: "on a counted dataset",
        call: r#"(input: {
            definition: {
                relationshipId: <relationship>, template: "OTD", purpose: "To try it", collectingParty: CDMO,
                numerator: "Lines in time", denominator: "Lines due",
                countingRule: { onTime: { due: REVISED, latestDays: 7, inFull: false } }
            },
            kpiDatasetIds: [<dataset, counted>]
        }) { records }"#,
    },
    Question { field: "tokenRevocations", of: "all", call: LIST },
    Question {
        field: "kpiObservations",
        of: "of the relationship",
        call: "(filter: { relationshipId: <relationship> }) { totalCount nodes { periodStart } }",
    },
];

/// One question or more for each subscription: each has an event at once, for who may see one. `<cursor>` stands for
/// the beginning of the relationship's journal.
pub const SUBSCRIPTIONS: &[Question] = &[Question {
    field: "relationshipChanged",
    of: "the relationship",
    call: r#"(relationshipId: <relationship>, after: "<cursor>") { cursor }"#,
}];

impl Question {
    /// The arguments and the selection, with ids in the place of names.
    fn call_in(&self, parties: &Shared) -> String {
        let put = |call: String, (name, id): (&&str, &String)| call.replace(&format!("<{name}>"), &format!("{id:?}"));
        parties.ids.iter().fold(self.call.to_owned(), put)
    }

    /// What it is called in the tables.
    pub fn name(&self) -> String {
        format!("{}: {}", self.field, self.of)
    }
}

/// Asks all questions at once.
pub async fn ask(stage: &Stage<'_>, person: &Person) -> Vec<Outcome> {
    let parties = &stage.world.parties;
    let asked = QUESTIONS
        .iter()
        .enumerate()
        .map(|(n, question)| format!("q{n}: {}{}", question.field, question.call_in(parties)));
    let answer = person.caller.send(&format!("{{ {} }}", asked.collect::<Vec<_>>().join(" ")), json!({})).await;
    let outcome = |(n, question): (usize, &Question)| {
        let what = format!("{} by {} while {}", question.name(), person.words, stage.name);
        let alias = format!("q{n}");
        let list = &answer.body["data"][&alias];
        match (list["totalCount"].as_u64(), list["nodes"].as_array()) {
            (Some(total), Some(nodes)) => {
                assert_eq!(total, nodes.len() as u64, "the total of {what}");
                let of_parties = nodes.iter().filter(|node| node["id"].is_null() || is_of(parties, node));
                Outcome::of(&of_parties.cloned().collect::<Vec<_>>().into())
            }
            _ if list.is_array() => Outcome::at(&answer, &[&alias, "id"], &what),
            _ => Outcome::at(&answer, &[&alias], &what),
        }
    };
    QUESTIONS.iter().enumerate().map(outcome).collect()
}

/// Listens to all subscriptions, each until its first event.
pub async fn listen(stage: &Stage<'_>, person: &Person) -> Vec<Outcome> {
    let parties = &stage.world.parties;
    let beginning = "query($id: ID!) { relationship(id: $id) { journal(first: 1) { pageInfo { endCursor } } } }";
    let page = parties.sponsor.author.ok(beginning, json!({ "id": parties.id("relationship") })).await;
    let cursor = page["relationship"]["journal"]["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let mut outcomes = Vec::new();
    for question in SUBSCRIPTIONS {
        let call = question.call_in(parties).replace("<cursor>", cursor);
        let document = format!("subscription {{ {}{call} }}", question.field);
        let answer = person.caller.listen(&document, json!({})).await.answer().await;
        let what = format!("{} by {} while {}", question.name(), person.words, stage.name);
        outcomes.push(match answer.refusals().first() {
            Some(refusal) => Outcome::of_refusal(refusal, &what),
            None => Outcome::of(&answer.body["data"][question.field]),
        });
    }
    outcomes
}

fn is_of(parties: &Shared, node: &Value) -> bool {
    parties.ids.values().any(|id| Some(id.as_str()) == node["id"].as_str())
}

/// As many aliases as a document may have.
const AT_ONCE: usize = 30;

/// Asks `node` for each of these ids.
pub async fn by_id(stage: &Stage<'_>, person: &Person, ids: &[&str]) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let asked: Vec<String> =
            ids.iter().enumerate().map(|(n, id)| format!("n{n}: node(id: {id:?}) {{ id }}")).collect();
        let answer: Answer = person.caller.send(&format!("{{ {} }}", asked.join(" ")), json!({})).await;
        for (n, id) in ids.iter().enumerate() {
            let what = format!("node {id} by {} while {}", person.words, stage.name);
            outcomes.push(Outcome::at(&answer, &[&format!("n{n}"), "id"], &what));
        }
    }
    outcomes
}

/// The objects of the parties' that are nodes: the type of each, what it is, and its id.
pub fn nodes(parties: &Shared) -> Vec<(&'static str, &'static str, &str)> {
    let sdl = Sdl::of_service();
    let mut found: Vec<_> = parties
        .ids
        .iter()
        .map(|(name, id)| (type_of(id).unwrap_or_else(|| panic!("of what type is {name}, {id}?")), *name, id.as_str()))
        .filter(|(ty, ..)| sdl.nodes().any(|node| node == *ty))
        .collect();
    found.sort_unstable();
    for ty in sdl.nodes() {
        assert!(found.iter().any(|(of, ..)| *of == ty), "say in harness/whole where there is a {ty}");
    }
    found
}
