//! What the schema declares of its fields' costs, for `document::cost` to add up and for clients to read. The
//! directives are those of the draft for GraphQL cost directives
//! (<https://ibm.github.io/graphql-specs/cost-spec.html>), as Apollo Federation has them.

use std::collections::HashSet;

use async_graphql::registry::{MetaField, MetaType, MetaTypeName, Registry};
use async_graphql::{TypeDirective, Value};

use super::connection::DEFAULT_PAGE;

/// What the field itself costs. A field without it costs 1, one of `Mutation` 10 more; so does each element of a list
/// in an argument.
#[TypeDirective(location = "FieldDefinition", name = "cost")]
pub fn cost(#[graphql(desc = "What it costs.")] weight: i32) {}

/// What a text of up to 10,000 characters costs: a cost of 1 stands for some 250 characters at most, so that what an
/// answer costs bounds how long it can be.
pub const TEXT: i32 = 40;

/// What a text of up to 2,000 characters costs.
pub const NOTE: i32 = 8;

/// What a text of up to 500 characters costs.
pub const REASON: i32 = 2;

/// What costs a whole of many texts that is signed: as much as four of the longest ones.
pub const SIGNED: i32 = 4 * TEXT;

/// How long a list can be: what is asked of each of its elements costs as often.
#[TypeDirective(location = "FieldDefinition", name = "listSize")]
pub fn list_size(
    #[graphql(desc = "The length where no argument tells it.")] assumed_size: Option<i32>,
    #[graphql(desc = "Arguments that tell the length: as a number, or by their own length.")] slicing_arguments: Option<
        Vec<String>,
    >,
    #[graphql(desc = "The fields of the answered object that hold the list; the field itself, if left out.")]
    sized_fields: Option<Vec<String>>,
    #[graphql(desc = "Whether exactly one of the slicing arguments must be given.", default = true)]
    require_one_slicing_argument: bool,
) {
}

/// How long a list without pages is taken to be.
const ASSUMED: i32 = 10;

/// Declares the size of every list whose field does not declare one.
pub fn declare_sizes(registry: &mut Registry) {
    cost.register(registry);
    list_size.register(registry);
    let leaf = |kind: &&MetaType| matches!(kind, MetaType::Scalar { .. } | MetaType::Enum { .. });
    let leaves: HashSet<_> = registry.types.values().filter(leaf).map(|kind| kind.name().to_owned()).collect();
    let told = told_elsewhere(registry);
    for kind in registry.types.values_mut() {
        // Of a connection's own fields the field that answers it tells the size.
        if let MetaType::Object { name, fields, .. } = kind
            && !name.starts_with("__")
            && !name.ends_with("Connection")
        {
            let untold = fields.values_mut().filter(|field| !told.contains(&(name.clone(), field.name.clone())));
            untold.for_each(|field| declare_size(field, &leaves));
        }
    }
}

/// The fields, by type and name, of which another field says how long they are: the one that answers their object.
fn told_elsewhere(registry: &Registry) -> HashSet<(String, String)> {
    let mut told = HashSet::new();
    for kind in registry.types.values() {
        let MetaType::Object { fields, .. } = kind else { continue };
        for field in fields.values() {
            let declared = field.directive_invocations.iter().filter(|directive| directive.name == list_size.name());
            let of = MetaTypeName::concrete_typename(&field.ty);
            for sized in declared.filter_map(|directive| directive.args.get("sizedFields")) {
                let Value::List(names) = sized else { continue };
                told.extend(names.iter().filter_map(|name| match name {
                    Value::String(name) => Some((of.to_owned(), name.clone())),
                    _ => None,
                }));
            }
        }
    }
    told
}

fn declare_size(field: &mut MetaField, leaves: &HashSet<String>) {
    let texts = |texts: [&str; 2]| Some(texts.map(str::to_owned).to_vec());
    let of = MetaTypeName::concrete_typename(&field.ty);
    if field.directive_invocations.iter().any(|directive| directive.name == list_size.name()) {
        return;
    }
    if of.ends_with("Connection") {
        let size = list_size::apply(Some(DEFAULT_PAGE), texts(["first", "last"]), texts(["edges", "nodes"]), false);
        field.directive_invocations.push(size);
    } else if field.ty.starts_with('[') && !leaves.contains(of) {
        field.directive_invocations.push(list_size::apply(Some(ASSUMED), None, None, false));
    }
}
