//! What an operation costs, by what the schema declares: a field costs what its `@cost` says, or 1; what is inside a
//! field that answers a list counts as often as its `@listSize` says that the list can be long.
//!
//! The directives are those of the draft for GraphQL cost directives
//! (<https://ibm.github.io/graphql-specs/cost-spec.html>). Unlike there a leaf is not free: what an answer costs is
//! mostly its values. Each element of a list in an argument costs 1 too.

use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::{Argument, Directive, DirectiveList, Value as Literal};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{Name, Node};
use async_graphql::{Value, Variables};

/// What a change costs more than what it answers: its transaction and its entry in the journal.
const CHANGE: u64 = 10;

/// What each field inside an introspection costs: an answer can have it for every type, field or argument of the
/// schema. Those that clients usually send have some 230 fields.
const INTROSPECTION: u64 = 100;

/// What the operation costs with these variables.
pub(super) fn cost(document: &ExecutableDocument, operation: &Operation, variables: &Variables) -> u64 {
    let mut costs = Costs { document, variables, fragments: HashMap::new() };
    let answer = costs.of(&operation.selection_set, None);
    let changes = if operation.is_mutation() { operation.root_fields(document).count() } else { 0 };
    answer.saturating_add(CHANGE.saturating_mul(u64::try_from(changes).unwrap_or(u64::MAX)))
}

struct Costs<'d> {
    document: &'d ExecutableDocument,
    variables: &'d Variables,
    /// What each fragment costs, by the list around it that tells the size of its fields.
    fragments: HashMap<(&'d Name, Option<u64>), u64>,
}

/// A list whose elements are in fields of the object that the field answers, as in a connection.
#[derive(Clone, Copy)]
struct Sized<'d> {
    length: u64,
    fields: &'d [Node<Literal>],
}

impl<'d> Costs<'d> {
    /// What a selection costs. `list` is the list that it is the object of.
    fn of(&mut self, selections: &'d SelectionSet, list: Option<Sized<'d>>) -> u64 {
        let costs = selections.selections.iter().map(|selection| match selection {
            Selection::Field(field) if self.is_asked(&field.directives) => {
                let usual = if is_about_the_schema(&selections.ty) { INTROSPECTION } else { 1 };
                self.field(field, usual, list)
            }
            Selection::InlineFragment(inline) if self.is_asked(&inline.directives) => {
                self.of(&inline.selection_set, list)
            }
            Selection::FragmentSpread(spread) if self.is_asked(&spread.directives) => {
                self.fragment(&spread.fragment_name, list)
            }
            _ => 0,
        });
        costs.fold(0, u64::saturating_add)
    }

    fn fragment(&mut self, name: &'d Name, list: Option<Sized<'d>>) -> u64 {
        let key = (name, list.map(|list| list.length));
        if let Some(cost) = self.fragments.get(&key) {
            return *cost;
        }
        let cost = self.document.fragments.get(name).map_or(0, |fragment| self.of(&fragment.selection_set, list));
        self.fragments.insert(key, cost);
        cost
    }

    /// `usual` is what the field costs unless it says something else.
    fn field(&mut self, field: &'d Node<Field>, usual: u64, list: Option<Sized<'d>>) -> u64 {
        let declared = &field.definition.directives;
        let weight = declared
            .get("cost")
            .and_then(|cost| self.size(cost.specified_argument_by_name("weight")?))
            .unwrap_or(usual);
        let own = weight.saturating_add(self.elements_of(&field.arguments));
        let times = match list {
            Some(list) if list.fields.iter().any(|sized| sized.as_str() == Some(&field.name)) => list.length,
            _ => 1,
        };
        let inside = match declared.get("listSize") {
            None => self.of(&field.selection_set, None),
            Some(size) => {
                let length = self.length(size, field);
                match size.specified_argument_by_name("sizedFields").and_then(|fields| fields.as_list()) {
                    Some(fields) => self.of(&field.selection_set, Some(Sized { length, fields })),
                    None => length.saturating_mul(self.of(&field.selection_set, None)),
                }
            }
        };
        own.saturating_add(times.saturating_mul(inside))
    }

    /// How long the list can be: what the first argument that slices it says, else what is assumed.
    fn length(&self, size: &'d Directive, field: &'d Field) -> u64 {
        let slicing = size.specified_argument_by_name("slicingArguments").and_then(|names| names.as_list());
        let names = slicing.unwrap_or_default().iter().filter_map(|name| name.as_str());
        let mut sizes = names.filter_map(|name| self.size(&argument(&field.arguments, name)?.value));
        sizes.next().or_else(|| size.specified_argument_by_name("assumedSize")?.to_f64().map(whole)).unwrap_or(1)
    }

    /// The number, or the number of elements, that an argument holds.
    fn size(&self, value: &Literal) -> Option<u64> {
        match value {
            Literal::Int(_) => value.to_f64().map(whole),
            Literal::List(elements) => u64::try_from(elements.len()).ok(),
            Literal::Variable(name) => match self.variables.get(name.as_str())? {
                Value::Number(number) => number.as_f64().map(whole),
                Value::List(elements) => u64::try_from(elements.len()).ok(),
                _ => None,
            },
            _ => None,
        }
    }

    fn elements_of(&self, arguments: &[Node<Argument>]) -> u64 {
        arguments.iter().map(|argument| self.elements_in(&argument.value)).fold(0, u64::saturating_add)
    }

    /// How many elements the lists in a value have.
    fn elements_in(&self, value: &Literal) -> u64 {
        match value {
            Literal::Variable(name) => self.variables.get(name.as_str()).map_or(0, elements),
            Literal::List(values) => values.iter().map(|value| 1 + self.elements_in(value)).sum(),
            Literal::Object(fields) => fields.iter().map(|(_, value)| self.elements_in(value)).sum(),
            _ => 0,
        }
    }

    /// Whether `@skip` and `@include` leave a selection in.
    fn is_asked(&self, directives: &DirectiveList) -> bool {
        let holds = |directive: &Directive| match &**directive.specified_argument_by_name("if")? {
            Literal::Boolean(value) => Some(*value),
            Literal::Variable(name) => match self.variables.get(name.as_str()) {
                Some(Value::Boolean(value)) => Some(*value),
                _ => None,
            },
            _ => None,
        };
        directives.get("skip").and_then(|skip| holds(skip)) != Some(true)
            && directives.get("include").and_then(|include| holds(include)) != Some(false)
    }
}

/// How many elements the lists in a value have. The members of its objects are not counted: they are declared, so that
/// there are only so many of them for each element, and thousands of rows can be sent at once.
fn elements(value: &Value) -> u64 {
    match value {
        Value::List(values) => values.iter().map(|value| 1 + elements(value)).sum(),
        Value::Object(fields) => fields.values().map(elements).sum(),
        _ => 0,
    }
}

/// Whether a type is one of those that describe the schema itself.
fn is_about_the_schema(ty: &Name) -> bool {
    ty.starts_with("__")
}

fn argument<'f>(arguments: &'f [Node<Argument>], name: &str) -> Option<&'f Node<Argument>> {
    arguments.iter().find(|argument| argument.name == name)
}

/// A size that a client asks for. What is no page is refused when the field is run.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an Int, and what is below 0 becomes 0")]
fn whole(number: f64) -> u64 {
    number as u64
}
