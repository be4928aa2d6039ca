//! Values that are written in a document.

use apollo_compiler::ast::{Argument, FieldDefinition, InputValueDefinition, Type, Value as Literal};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use serde_json::Number;

use super::path::Path;
use crate::scalar;

/// A value without variables.
pub(super) fn constant(literal: &Literal) -> Option<Value> {
    Some(match literal {
        Literal::Null => Value::Null,
        Literal::Enum(name) => Value::Enum(Name::new(name.as_str())),
        Literal::Variable(_) => return None,
        Literal::String(text) => Value::String(text.clone()),
        Literal::Float(number) => Value::Number(self::number(number.as_str())?),
        Literal::Int(number) => Value::Number(self::number(number.as_str())?),
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::List(values) => Value::List(values.iter().map(|value| constant(value)).collect::<Option<_>>()?),
        Literal::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Some((Name::new(name.as_str()), constant(value)?)));
            Value::Object(fields.collect::<Option<IndexMap<_, _>>>()?)
        }
    })
}

/// The number, as exactly as the API's numbers are.
pub(super) fn number(text: &str) -> Option<Number> {
    text.parse().ok()
}

/// A literal that a scalar cannot read, and what the scalar wants. The validation leaves these to each service.
pub(super) struct Misfit<'d> {
    pub(super) path: String,
    pub(super) literal: &'d Node<Literal>,
    pub(super) expected: &'static str,
}

/// Collects the misfits in the arguments of a field.
pub(super) fn check_arguments<'d>(
    schema: &Schema,
    definition: &FieldDefinition,
    arguments: &'d [Node<Argument>],
    misfits: &mut Vec<Misfit<'d>>,
) {
    for argument in arguments {
        if let Some(definition) = definition.argument_by_name(&argument.name) {
            check(schema, &Path::Named(&argument.name), &definition.ty, &argument.value, misfits);
        }
    }
}

/// Collects the misfits in a value of a type.
pub(super) fn check<'d>(
    schema: &Schema,
    path: &Path<'_>,
    wanted: &Type,
    literal: &'d Node<Literal>,
    misfits: &mut Vec<Misfit<'d>>,
) {
    match (&**literal, schema.types.get(wanted.inner_named_type())) {
        (Literal::Null | Literal::Variable(_), _) => {}
        (Literal::List(elements), _) if wanted.is_list() => {
            for (n, element) in elements.iter().enumerate() {
                check(schema, &Path::Element(path, n), wanted.item_type(), element, misfits);
            }
        }
        (Literal::Object(fields), Some(ExtendedType::InputObject(object))) => {
            let known = |name: &str| object.fields.get(name).map(|field| -> &InputValueDefinition { field });
            for (name, value) in fields {
                if let Some(definition) = known(name) {
                    check(schema, &Path::Field(path, name), &definition.ty, value, misfits);
                }
            }
        }
        (_, Some(ExtendedType::Scalar(named))) => {
            let readable = constant(literal).is_some_and(|value| scalar::is_valid(&named.name, &value));
            if !readable {
                let expected = scalar::expected(&named.name);
                misfits.push(Misfit { path: path.to_string(), literal, expected });
            }
        }
        _ => {}
    }
}
