//! The lists of the schema, each with a place in the whole world where it can be read.

use serde_json::{Value, json};

use crate::harness::{Caller, Field, Sdl, Shared, TypeOf, text};

/// Elements of which a page holds up to 1,000; of all others, up to 100.
const SMALL_ELEMENTS: &[&str] = &["KpiObservation", "KpiObservationDifference", "KpiPoint", "KpiSourceRecord"];

/// Which object of a type is looked at: one that the sponsor sees, with something in its lists.
const NODES: &[(&str, &str)] = &[
    ("Organization", "sponsor"),
    ("Site", "sponsor's site"),
    ("Contact", "sponsor's contact"),
    ("KpiDataset", "dataset, corrected"),
    ("Kpi", "KPI, measured"),
    ("ScopeOfWork", "scope of work, agreed"),
    ("MetricCharter", "charter, in effect"),
    ("KpiDefinition", "definition, agreed"),
];

/// Arguments of lists that need some; `<name>` stands for the id of the object with that name.
const ARGUMENTS: &[(&str, &str)] = &[
    ("Query.kpiObservations", "filter: { relationshipId: <relationship> }"),
    ("KpiDataset.differences", "fromRevision: 1, toRevision: 2"),
];

/// What is read of a page.
const PAGE: &str = "totalCount edges { cursor } pageInfo { hasPreviousPage hasNextPage startCursor endCursor }";

/// One list in one order.
pub struct List {
    pub name: String,
    /// The largest page.
    pub largest: i32,
    /// In which order it is read, and the type of that; none for a list that takes no order.
    pub order: Option<(String, String)>,
    element: String,
    field: String,
    /// Arguments that it must have.
    arguments: String,
    /// The type and id of the object that it is a list of; none for a root field.
    node: Option<(String, String)>,
}

/// One page of a list.
pub struct Pages {
    pub cursors: Vec<String>,
    pub has_previous: bool,
    pub has_next: bool,
    pub total: usize,
}

/// Every list: of `Query` and of each type with an id, in each of its orders.
pub fn all_lists(parties: &Shared) -> Vec<List> {
    let sdl = Sdl::of_service();
    let is_frame = |ty: &str| ["Connection", "Edge", "Payload"].iter().any(|end| ty.ends_with(end));
    let types = sdl.types.keys().filter(|ty| !is_frame(ty) && !matches!(sdl.get(ty), TypeOf::Interface { .. }));
    let fields = types.flat_map(|ty| sdl.fields(ty).iter().map(move |field| (ty.as_str(), field)));
    let lists: Vec<List> = fields
        .filter(|(_, field)| field.ty.name.ends_with("Connection"))
        // A part of an object without an id is paged through where that is tested.
        .filter(|(ty, _)| *ty == "Query" || sdl.nodes().any(|node| node == *ty))
        // The operator's, in which the parties have nothing; tests/it/tokens pages through it.
        .filter(|(_, field)| field.name != "tokenRevocations")
        .flat_map(|(ty, field)| lists_of(parties, ty, field))
        .collect();
    assert!(lists.len() > 30, "only {} lists were found", lists.len());
    lists
}

fn lists_of(parties: &Shared, ty: &str, field: &Field) -> Vec<List> {
    let name = format!("{ty}.{}", field.name);
    let element = field.ty.name.trim_end_matches("Connection").to_owned();
    let node = (ty != "Query").then(|| {
        let named = NODES.iter().find(|(of, _)| *of == ty).map(|(_, name)| parties.id(name));
        let id = named.or_else(|| parties.some(ty));
        (ty.to_owned(), id.unwrap_or_else(|| panic!("say in tests/it/paging/lists.rs where {name} is")).to_owned())
    });
    let arguments = ARGUMENTS.iter().find(|(of, _)| *of == name).map_or("", |(_, arguments)| arguments);
    let arguments = parties
        .ids
        .iter()
        .fold(arguments.to_owned(), |text, (name, id)| text.replace(&format!("<{name}>"), &format!("{id:?}")));
    let largest = if SMALL_ELEMENTS.contains(&element.as_str()) { 1_000 } else { 100 };
    let orders: Vec<Option<(String, String)>> = match field.arguments.iter().find(|argument| argument.name == "orderBy")
    {
        Some(argument) => match Sdl::of_service().get(&argument.ty.name) {
            TypeOf::Enum { values } => {
                values.iter().map(|value| Some((value.clone(), argument.ty.text.clone()))).collect()
            }
            _ => panic!("{name} is not ordered by an enum"),
        },
        None => vec![None],
    };
    let list = |order: Option<(String, String)>| List {
        name: format!("{name} {}", order.as_ref().map_or("", |(order, _)| order)),
        largest,
        element: element.clone(),
        field: field.name.clone(),
        arguments: arguments.clone(),
        order,
        node: node.clone(),
    };
    orders.into_iter().map(list).collect()
}

impl List {
    /// What its cursors can be used with: the same elements in the same order.
    pub fn kind(&self) -> String {
        format!("{} {}", self.element, self.order.as_ref().map_or("", |(order, _)| order))
    }

    /// The list under an alias, with these arguments for its pages.
    pub fn call(&self, alias: &str, paging: &str, selection: &str) -> String {
        let order = self.order.as_ref().map(|(order, _)| format!("orderBy: {order}, ")).unwrap_or_default();
        self.with(alias, &format!("{order}{paging}"), selection)
    }

    fn with(&self, alias: &str, arguments: &str, selection: &str) -> String {
        let list = format!("{}({} {arguments}) {{ {selection} }}", self.field, self.arguments);
        match &self.node {
            Some((ty, id)) => format!("{alias}: node(id: {id:?}) {{ ... on {ty} {{ {list} }} }}"),
            None => format!("{alias}: {list}"),
        }
    }

    /// One page.
    pub async fn page(&self, caller: &Caller, paging: &str) -> Pages {
        self.read(caller, &format!("{{ {} }}", self.call("page", paging, PAGE)), json!({})).await
    }

    /// The first page in the usual order.
    pub async fn usual_page(&self, caller: &Caller) -> Pages {
        self.read(caller, &format!("{{ {} }}", self.with("page", "first: 20", PAGE)), json!({})).await
    }

    /// One page by a document in which order and page are variables that may be left out.
    pub async fn page_by_variables(&self, caller: &Caller, variables: Value) -> Pages {
        let order = self.order.as_ref().map(|(_, ty)| ("orderBy", ty.trim_end_matches('!')));
        let known =
            [("first", "Int"), ("after", "String"), ("last", "Int"), ("before", "String")].into_iter().chain(order);
        let (definitions, arguments): (Vec<_>, Vec<_>) =
            known.map(|(name, ty)| (format!("${name}: {ty}"), format!("{name}: ${name}"))).unzip();
        let list = self.with("page", &arguments.join(", "), PAGE);
        self.read(caller, &format!("query({}) {{ {list} }}", definitions.join(", ")), variables).await
    }

    async fn read(&self, caller: &Caller, document: &str, variables: Value) -> Pages {
        let mut data = caller.ok(document, variables).await;
        let list = match self.node {
            Some(_) => data["page"][&self.field].take(),
            None => data["page"].take(),
        };
        let Value::Array(edges) = &list["edges"] else { panic!("{} has no page: {list}", self.name) };
        let cursors: Vec<String> = edges.iter().map(|edge| text(&edge["cursor"])).collect();
        let info = &list["pageInfo"];
        let ends = (info["startCursor"].as_str(), info["endCursor"].as_str());
        let expected = (cursors.first().map(String::as_str), cursors.last().map(String::as_str));
        assert_eq!(ends, expected, "the ends of a page of {}", self.name);
        Pages {
            has_previous: info["hasPreviousPage"] == true,
            has_next: info["hasNextPage"] == true,
            total: usize::try_from(list["totalCount"].as_u64().expect("a number")).expect("a small number"),
            cursors,
        }
    }
}
