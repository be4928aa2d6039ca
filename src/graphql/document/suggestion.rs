//! “Did you mean”: the known name that is nearest to an unknown one. Only for who may read the whole schema anyway.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document, Selection};
use apollo_compiler::schema::ExtendedType;
use async_graphql::ServerError;

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.85;

/// Longer names are not compared: none of the schema's is as long.
const LONGEST: usize = 64;

/// The end of a message that names what may have been meant.
pub(super) fn did_you_mean<'n>(unknown: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    if unknown.len() > LONGEST {
        return None;
    }
    let likeness = known.map(|name| (name, strsim::jaro_winkler(unknown, name)));
    let (name, likeness) = likeness.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (likeness >= ALIKE).then(|| format!(": did you mean {name}?"))
}

/// How many unknown fields of a document get a suggestion.
const MOST: usize = 10;

/// Completes what the validation says of unknown fields.
pub(super) fn add_to(errors: &mut [ServerError], document: &Document, contract: &Schema) {
    let mut unknown = Vec::new();
    for definition in &document.definitions {
        let (parent, selections) = match definition {
            Definition::OperationDefinition(operation) => {
                (contract.root_operation(operation.operation_type), &operation.selection_set)
            }
            Definition::FragmentDefinition(fragment) => (Some(&fragment.type_condition), &fragment.selection_set),
            _ => continue,
        };
        if let Some(parent) = parent {
            find(contract, parent, selections, &mut unknown);
        }
    }
    for Unknown { parent, field } in unknown {
        let told = format!("type `{parent}` does not have a field `{field}`");
        let Some(hint) = did_you_mean(field, fields_of(contract, parent)) else { continue };
        for error in errors.iter_mut().filter(|error| error.message == told) {
            error.message.push_str(&hint);
        }
    }
}

/// A field that its parent's type does not have.
struct Unknown<'d> {
    parent: &'d str,
    field: &'d str,
}

fn find<'d>(contract: &'d Schema, parent: &'d str, selections: &'d [Selection], unknown: &mut Vec<Unknown<'d>>) {
    for selection in selections {
        match selection {
            _ if unknown.len() == MOST => return,
            Selection::Field(field) => match contract.type_field(parent, &field.name) {
                Ok(definition) => find(contract, definition.ty.inner_named_type(), &field.selection_set, unknown),
                Err(_) => unknown.push(Unknown { parent, field: &field.name }),
            },
            Selection::InlineFragment(inline) => {
                let parent = inline.type_condition.as_deref().unwrap_or(parent);
                find(contract, parent, &inline.selection_set, unknown);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn fields_of<'s>(contract: &'s Schema, parent: &str) -> impl Iterator<Item = &'s str> {
    let fields = match contract.types.get(parent) {
        Some(ExtendedType::Object(object)) => Some(&object.fields),
        Some(ExtendedType::Interface(interface)) => Some(&interface.fields),
        _ => None,
    };
    fields.into_iter().flat_map(|fields| fields.keys().map(apollo_compiler::Name::as_str))
}
