//! What each caller reads: by root field, and by the id of each object.

use serde_json::{Value, json};

use super::outcome::Outcome;
use super::people::Person;
use super::stage::Stage;
use crate::harness::{Sdl, Shared, type_of};

/// One root field, asked for something of the parties'.
pub struct Question {
    pub field: &'static str,
    /// What is asked for, in the words of the table.
    pub of: &'static str,
    /// The arguments and the selection.
    pub call: &'static str,
    /// What `$id` stands for.
    pub id: Option<&'static str>,
    /// Where in the answer the value is.
    pub path: &'static [&'static str],
}

/// One question or more for each root field. `node` is asked for every object there is.
pub const QUESTIONS: &[Question] = &[
    Question { field: "viewer", of: "the caller", call: "{ subject }", id: None, path: &["subject"] },
    Question {
        field: "nodes",
        of: "the relationship",
        call: "(ids: [$id]) { id }",
        id: Some("relationship"),
        path: &["0", "id"],
    },
    Question {
        field: "objectByReference",
        of: "what the CDMO's ERP calls the relationship",
        call: r#"(system: "ERP kestrel", externalId: "brightfill") { id }"#,
        id: None,
        path: &["id"],
    },
    Question { field: "organization", of: "the sponsor", call: "(id: $id) { id }", id: Some("sponsor"), path: &["id"] },
    Question {
        field: "relationship",
        of: "the relationship",
        call: "(id: $id) { id }",
        id: Some("relationship"),
        path: &["id"],
    },
    Question { field: "relationships", of: "the parties'", call: LIST, id: None, path: &["nodes"] },
    Question {
        field: "actionItem",
        of: "an open one",
        call: "(id: $id) { id }",
        id: Some("action item, open"),
        path: &["id"],
    },
    Question { field: "actionItems", of: "the parties'", call: LIST, id: None, path: &["nodes"] },
    Question { field: "kpi", of: "a measured one", call: "(id: $id) { id }", id: Some("KPI, measured"), path: &["id"] },
    Question { field: "kpis", of: "the parties'", call: LIST, id: None, path: &["nodes"] },
    Question {
        field: "kpiDefinition",
        of: "a proposed one",
        call: "(id: $id) { id }",
        id: Some("definition, proposed"),
        path: &["id"],
    },
    Question {
        field: "kpiDataset",
        of: "a released one",
        call: "(id: $id) { id }",
        id: Some("dataset, RELEASED"),
        path: &["id"],
    },
    Question { field: "kpiDatasets", of: "the parties'", call: LIST, id: None, path: &["nodes"] },
    Question {
        field: "kpiObservations",
        of: "of the relationship",
        call: "(filter: { relationshipId: $id }) { totalCount nodes { periodStart } }",
        id: Some("relationship"),
        path: &["nodes"],
    },
];

/// The selection of a list; its total must be the number of its nodes.
const LIST: &str = "(first: 100) { totalCount nodes { id } }";

impl Question {
    /// What it is called in the tables.
    pub fn name(&self) -> String {
        format!("{}: {}", self.field, self.of)
    }

    fn document(&self) -> String {
        let variable = if self.id.is_some() { "($id: ID!)" } else { "" };
        format!("query{variable} {{ {} {} }}", self.field, self.call)
    }

    /// Asks it.
    pub async fn ask(&self, stage: &Stage<'_>, person: &Person) -> Outcome {
        let parties = &stage.world.parties;
        let variables = self.id.map_or(json!({}), |name| json!({ "id": parties.id(name) }));
        let answer = person.caller.send(&self.document(), variables).await;
        let what = format!("{} by {} while {}", self.name(), person.words, stage.name);
        let list = &answer.body["data"][self.field];
        if let (Some(total), Some(nodes)) = (list["totalCount"].as_i64(), list["nodes"].as_array()) {
            assert_eq!(usize::try_from(total), Ok(nodes.len()), "the total of {what}");
            let of_parties = nodes.iter().filter(|node| node["id"].is_null() || is_of(parties, node)).count();
            return if of_parties == 0 { Outcome::Nothing } else { Outcome::Value(of_parties.to_string()) };
        }
        let path: Vec<&str> = std::iter::once(self.field).chain(self.path.iter().copied()).collect();
        Outcome::of_value(&answer, &path, &what)
    }
}

fn is_of(parties: &Shared, node: &Value) -> bool {
    parties.ids.values().any(|id| Some(id.as_str()) == node["id"].as_str())
}

/// Asks `node` for an object of the parties'.
pub async fn node(stage: &Stage<'_>, person: &Person, id: &str) -> Outcome {
    stage.read(person, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id }), &["node", "id"]).await
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
