//! A validated operation in the form that the framework runs. It is made from what was validated rather than read
//! again from the text: there are no two readers that could understand one text differently.

use std::collections::HashMap;

use apollo_compiler::ast::{Argument, Directive, OperationType, Type, Value as Literal, VariableDefinition};
use apollo_compiler::executable::{Field, Fragment, Operation, Selection, SelectionSet};
use apollo_compiler::parser::{SourceMap, SourceSpan};
use apollo_compiler::{ExecutableDocument, Name, Node};
use async_graphql::parser::types as framework;
use async_graphql::{Name as FrameworkName, Pos, Positioned};
use async_graphql_value::Value as InputValue;

use super::literal::number;
use super::refusal::position;

/// The operation, with the fragments that it uses.
pub(super) fn runnable(document: &ExecutableDocument, operation: &Operation) -> framework::ExecutableDocument {
    let mut making = Making { document, sources: &document.sources, fragments: HashMap::new() };
    let definition = framework::OperationDefinition {
        ty: match operation.operation_type {
            OperationType::Query => framework::OperationType::Query,
            OperationType::Mutation => framework::OperationType::Mutation,
            OperationType::Subscription => framework::OperationType::Subscription,
        },
        variable_definitions: operation.variables.iter().map(|variable| nowhere(self::variable(variable))).collect(),
        directives: making.directives(&operation.directives.0),
        selection_set: nowhere(making.root(operation)),
    };
    let operations = framework::DocumentOperations::Single(nowhere(definition));
    let fragments = making.fragments.into_iter().filter_map(|(name, fragment)| Some((self::name(name), fragment?)));
    framework::ExecutableDocument { operations, fragments: fragments.collect() }
}

struct Making<'d> {
    document: &'d ExecutableDocument,
    sources: &'d SourceMap,
    /// Those that are used; none while one is being made.
    fragments: HashMap<&'d Name, Option<Positioned<framework::FragmentDefinition>>>,
}

impl<'d> Making<'d> {
    fn at<T>(&self, place: Option<SourceSpan>, node: T) -> Positioned<T> {
        let found = place.and_then(|place| place.line_column(self.sources)).map(position);
        Positioned::new(node, found.unwrap_or_default())
    }

    /// The one field of a subscription has no fragment around it: the framework would not find it there.
    fn root(&mut self, operation: &'d Operation) -> framework::SelectionSet {
        if operation.operation_type != OperationType::Subscription {
            return self.selections(&operation.selection_set);
        }
        let fields = operation.root_fields(self.document);
        let items = fields.map(|field| nowhere(framework::Selection::Field(self.field(field))));
        framework::SelectionSet { items: items.collect() }
    }

    fn selections(&mut self, selections: &'d SelectionSet) -> framework::SelectionSet {
        let items = selections.selections.iter().map(|selection| match selection {
            Selection::Field(field) => nowhere(framework::Selection::Field(self.field(field))),
            Selection::InlineFragment(inline) => {
                let inline = framework::InlineFragment {
                    type_condition: inline.type_condition.as_ref().map(on),
                    directives: self.directives(&inline.directives.0),
                    selection_set: nowhere(self.selections(&inline.selection_set)),
                };
                nowhere(framework::Selection::InlineFragment(nowhere(inline)))
            }
            Selection::FragmentSpread(spread) => {
                self.fragment(&spread.fragment_name);
                let spread = framework::FragmentSpread {
                    fragment_name: nowhere(name(&spread.fragment_name)),
                    directives: self.directives(&spread.directives.0),
                };
                nowhere(framework::Selection::FragmentSpread(nowhere(spread)))
            }
        });
        framework::SelectionSet { items: items.collect() }
    }

    fn field(&mut self, field: &'d Node<Field>) -> Positioned<framework::Field> {
        let made = framework::Field {
            alias: field.alias.as_ref().map(|alias| self.at(alias.location(), name(alias))),
            name: self.at(field.name.location(), name(&field.name)),
            arguments: self.arguments(&field.arguments),
            directives: self.directives(&field.directives.0),
            selection_set: nowhere(self.selections(&field.selection_set)),
        };
        self.at(field.location(), made)
    }

    fn fragment(&mut self, wanted: &Name) {
        let Some((name, fragment)) = self.document.fragments.get_key_value(wanted) else { return };
        if !self.fragments.contains_key(name) {
            self.fragments.insert(name, None);
            let made = self.definition(fragment);
            self.fragments.insert(name, Some(nowhere(made)));
        }
    }

    fn definition(&mut self, fragment: &'d Fragment) -> framework::FragmentDefinition {
        framework::FragmentDefinition {
            type_condition: on(fragment.type_condition()),
            directives: self.directives(&fragment.directives.0),
            selection_set: nowhere(self.selections(&fragment.selection_set)),
        }
    }

    fn directives(&self, directives: &[Node<Directive>]) -> Vec<Positioned<framework::Directive>> {
        let made = directives.iter().map(|directive| {
            let name = nowhere(name(&directive.name));
            nowhere(framework::Directive { name, arguments: self.arguments(&directive.arguments) })
        });
        made.collect()
    }

    fn arguments(&self, arguments: &[Node<Argument>]) -> Vec<(Positioned<FrameworkName>, Positioned<InputValue>)> {
        let made = arguments.iter().map(|argument| {
            let value = self.at(argument.value.location(), value(&argument.value));
            (nowhere(name(&argument.name)), value)
        });
        made.collect()
    }
}

fn name(name: &Name) -> FrameworkName {
    FrameworkName::new(name.as_str())
}

fn on(kind: &Name) -> Positioned<framework::TypeCondition> {
    nowhere(framework::TypeCondition { on: nowhere(name(kind)) })
}

/// A node whose place no error tells.
fn nowhere<T>(node: T) -> Positioned<T> {
    Positioned::new(node, Pos::default())
}

/// The default is left out: the values that the operation is run with hold it where it is needed.
fn variable(definition: &VariableDefinition) -> framework::VariableDefinition {
    framework::VariableDefinition {
        name: nowhere(name(&definition.name)),
        var_type: nowhere(kind(&definition.ty)),
        directives: Vec::new(),
        default_value: None,
    }
}

fn kind(wanted: &Type) -> framework::Type {
    let base = match wanted {
        Type::Named(kind) | Type::NonNullNamed(kind) => framework::BaseType::Named(name(kind)),
        Type::List(inner) | Type::NonNullList(inner) => framework::BaseType::List(Box::new(kind(inner))),
    };
    framework::Type { base, nullable: !wanted.is_non_null() }
}

fn value(literal: &Literal) -> InputValue {
    match literal {
        Literal::Null => InputValue::Null,
        Literal::Enum(member) => InputValue::Enum(name(member)),
        Literal::Variable(variable) => InputValue::Variable(name(variable)),
        Literal::String(text) => InputValue::String(text.clone()),
        Literal::Float(text) => number(text.as_str()).map_or(InputValue::Null, InputValue::Number),
        Literal::Int(text) => number(text.as_str()).map_or(InputValue::Null, InputValue::Number),
        Literal::Boolean(flag) => InputValue::Boolean(*flag),
        Literal::List(values) => InputValue::List(values.iter().map(|element| value(element)).collect()),
        Literal::Object(fields) => {
            InputValue::Object(fields.iter().map(|(field, inner)| (name(field), value(inner))).collect())
        }
    }
}
