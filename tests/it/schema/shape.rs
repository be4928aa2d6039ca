//! The shapes that a client can rely on: Relay connections, and mutations of one input and one payload.

use std::collections::BTreeSet;

use crate::harness::{Field, Sdl, TypeOf};

#[test]
fn connections_are_relay_connections() {
    let sdl = Sdl::of_service();
    let connections: Vec<&String> = sdl.types.keys().filter(|name| name.ends_with("Connection")).collect();
    assert!(!connections.is_empty());
    for name in connections {
        let element = name.trim_end_matches("Connection");
        let expected = [
            ("edges", format!("[{element}Edge!]!")),
            ("nodes", format!("[{element}!]!")),
            ("pageInfo", "PageInfo!".to_owned()),
            ("totalCount", "Int!".to_owned()),
        ];
        assert_eq!(described(sdl.fields(name)), list(&expected), "{name}");
        let edge = [("cursor", "String!".to_owned()), ("node", format!("{element}!"))];
        assert_eq!(described(sdl.fields(&format!("{element}Edge"))), list(&edge), "{element}Edge");
        assert!(matches!(sdl.get(element), TypeOf::Object { .. }), "{name} lists objects");
    }
    let page_info = [
        ("endCursor", "String".to_owned()),
        ("hasNextPage", "Boolean!".to_owned()),
        ("hasPreviousPage", "Boolean!".to_owned()),
        ("startCursor", "String".to_owned()),
    ];
    assert_eq!(described(sdl.fields("PageInfo")), list(&page_info));
}

#[test]
fn fields_that_give_a_connection_take_the_four_paging_arguments() {
    let sdl = Sdl::of_service();
    for (ty, field) in all_fields(sdl).filter(|(_, field)| field.ty.name.ends_with("Connection")) {
        let of = format!("{ty}.{}", field.name);
        for (argument, expected) in [("first", "Int"), ("after", "String"), ("last", "Int"), ("before", "String")] {
            assert_eq!(field.argument(argument).text, expected, "{of}({argument}:)");
        }
    }
}

/// A list that is no connection holds a bounded number of values, or of parts that have no life of their own.
#[test]
fn objects_with_an_id_are_listed_in_connections() {
    let sdl = Sdl::of_service();
    let is_node = |name: &str| name == "Node" || sdl.nodes().any(|node| node == name);
    for (ty, field) in all_fields(sdl).filter(|(_, field)| field.ty.is_list && is_node(&field.ty.name)) {
        let of = format!("{ty}.{}", field.name);
        assert!(ty.ends_with("Connection") || of == "Query.nodes", "{of} lists nodes outside a connection");
    }
}

#[test]
fn nodes_follow_the_relay_specification() {
    let sdl = Sdl::of_service();
    let query = |name: &str| sdl.queries().iter().find(|field| field.name == name).expect("a field of Query");
    assert_eq!((&*query("node").ty.text, &*query("node").argument("id").text), ("Node", "ID!"));
    assert_eq!((&*query("nodes").ty.text, &*query("nodes").argument("ids").text), ("[Node]!", "[ID!]!"));
    let interface: Vec<_> = described(sdl.fields("Node"));
    assert_eq!(interface, [("id".to_owned(), "ID!".to_owned())]);
    for node in sdl.nodes() {
        assert!(described(sdl.fields(node)).contains(&("id".to_owned(), "ID!".to_owned())), "{node}.id");
    }
}

#[test]
fn mutations_take_one_input_and_return_a_payload() {
    let sdl = Sdl::of_service();
    for mutation in sdl.mutations() {
        let name = &mutation.name;
        let arguments: Vec<&str> = mutation.arguments.iter().map(|argument| argument.name.as_str()).collect();
        assert_eq!(arguments, ["input"], "{name}");
        let input = mutation.argument("input");
        assert!(input.text.ends_with("Input!") && matches!(sdl.get(&input.name), TypeOf::Input { .. }), "{name}");
        assert!(mutation.ty.text.ends_with("Payload"), "{name} returns {}", mutation.ty.text);
        assert!(!sdl.fields(&mutation.ty.name).is_empty(), "{name} returns {}", mutation.ty.text);
    }
}

/// What is refused is null by itself, and the rest of the answer stays.
#[test]
fn fields_that_can_be_refused_are_nullable() {
    let sdl = Sdl::of_service();
    for (ty, field) in all_fields(sdl).filter(|(ty, field)| field.scopes.is_some() || *ty == "Mutation") {
        assert!(field.ty.nullable, "{ty}.{} is {}", field.name, field.ty.text);
    }
}

/// The mutations that need not say which version they change, and why.
const WITHOUT_VERSION: &[(&str, &[&str])] = &[
    (
        "adds something that was not there",
        &[
            "addActionItemComment",
            "createActionItem",
            "createContact",
            "createMilestone",
            "createSite",
            "openKpiDataset",
            "proposeKpiChartBasis",
            "proposeKpiDefinition",
            "proposeMetricCharter",
            "proposeRelationship",
            "proposeScopeOfWork",
            "raiseImprovementAction",
            "registerOrganization",
            "revokeOrganizationTokens",
            "revokeSubjectTokens",
            "revokeToken",
        ],
    ),
    (
        "says by a revision or a digest what it is about",
        &[
            "acknowledgeKpiDataset",
            "agreeKpiChartBasis",
            "agreeKpiDefinition",
            "alignKpiDataset",
            "interpretKpiDataset",
            "signMetricCharter",
            "withdrawKpiAlignment",
        ],
    ),
    (
        "answers what is answered once",
        &[
            "answerActionItemDueDate",
            "rejectKpiChartBasis",
            "rejectKpiDefinition",
            "withdrawKpiChartBasis",
            "withdrawKpiDefinition",
        ],
    ),
    (
        "is the same when it is sent again",
        &["recordObservations", "recordSourceRecords", "removeExternalReference", "setExternalReference"],
    ),
];

/// Whoever changes something says which version of it, so that of two that have read the same only one does.
#[test]
fn updates_expect_a_version() {
    let sdl = Sdl::of_service();
    let expects_version = |mutation: &&Field| {
        let TypeOf::Input { fields } = sdl.get(&mutation.argument("input").name) else { unreachable!() };
        fields.iter().any(|field| field.name == "expectedVersion" && field.ty.text == "Int!")
    };
    let without = sdl.mutations().iter().filter(|mutation| !expects_version(mutation));
    let without: BTreeSet<&str> = without.map(|mutation| mutation.name.as_str()).collect();
    let known: BTreeSet<&str> = WITHOUT_VERSION.iter().flat_map(|(_, mutations)| mutations.iter().copied()).collect();
    assert_eq!(without, known, "say in tests/it/schema/shape.rs why a mutation expects no version");
}

fn all_fields(sdl: &Sdl) -> impl Iterator<Item = (&str, &Field)> {
    sdl.types.keys().flat_map(|name| sdl.fields(name).iter().map(move |field| (name.as_str(), field)))
}

fn described(fields: &[Field]) -> Vec<(String, String)> {
    fields.iter().map(|field| (field.name.clone(), field.ty.text.clone())).collect()
}

fn list(fields: &[(&str, String)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect()
}
