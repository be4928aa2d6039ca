//! The values of a request's variables, held against their types before anything is run (the specification's
//! `CoerceVariableValues`). All that is wrong is told at once, each with its path.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Type, VariableDefinition};
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use async_graphql::{Name, Value, Variables};
use serde_json::{Map, Value as Json};

use super::literal;
use super::path::Path;
use super::suggestion::did_you_mean;
use crate::error::FieldError;
use crate::graphql::errors::MOST_FOUND;
use crate::scalar;

/// The most values of an enumeration that a message lists.
const MOST_LISTED: usize = 30;

/// The values that the operation's resolvers get. What a request leaves out and has no default stays left out, since
/// an update tells that from null. Variables that the operation does not name are ignored. What could have been sent
/// in the place of something wrong is told to who may read the schema (`suggest`); what is missing, to everyone.
pub(super) fn coerce(
    schema: &Schema,
    operation: &Operation,
    mut sent: Map<String, Json>,
    suggest: bool,
) -> Result<Variables, Vec<FieldError>> {
    let mut coercion = Coercion { schema, suggest, problems: Vec::new() };
    let mut values = Variables::default();
    for definition in &operation.variables {
        let name = definition.name.as_str();
        if let Some(value) = coercion.variable(definition, sent.remove(name)) {
            values.insert(Name::new(name), value);
        }
    }
    if coercion.problems.is_empty() { Ok(values) } else { Err(coercion.problems) }
}

struct Coercion<'s> {
    schema: &'s Schema,
    suggest: bool,
    problems: Vec<FieldError>,
}

impl Coercion<'_> {
    fn variable(&mut self, definition: &VariableDefinition, sent: Option<Json>) -> Option<Value> {
        let name = definition.name.as_str();
        match (sent, &definition.default_value) {
            (Some(value), _) => Some(self.value(&Path::Named(name), &definition.ty, value)),
            (None, Some(default)) => literal::constant(default),
            (None, None) if definition.ty.is_non_null() => {
                let wanted = format!("is missing: the document wants it, of the type {}", definition.ty);
                self.problem(&Path::Named(name), wanted);
                None
            }
            (None, None) => None,
        }
    }

    fn problem(&mut self, path: &Path<'_>, message: String) {
        if self.problems.len() < MOST_FOUND {
            self.problems.push(FieldError { field: path.to_string(), message });
        }
    }

    /// The value as resolvers get it; null in the place of one that is wrong.
    fn value(&mut self, path: &Path<'_>, wanted: &Type, value: Json) -> Value {
        if value.is_null() {
            if wanted.is_non_null() {
                self.problem(path, format!("is null, but must be of the type {wanted}"));
            }
            return Value::Null;
        }
        match wanted {
            Type::List(inner) | Type::NonNullList(inner) => match value {
                Json::Array(elements) => {
                    let elements = elements.into_iter().enumerate();
                    Value::List(elements.map(|(n, value)| self.value(&Path::Element(path, n), inner, value)).collect())
                }
                // One element stands for the list of it.
                one => Value::List(vec![self.value(path, inner, one)]),
            },
            Type::Named(name) | Type::NonNullNamed(name) => match self.schema.types.get(name) {
                Some(ExtendedType::InputObject(object)) => self.object(path, object, value),
                Some(ExtendedType::Enum(names)) => self.member(path, names, &value),
                _ => self.scalar(path, name, value),
            },
        }
    }

    fn object(&mut self, path: &Path<'_>, object: &InputObjectType, value: Json) -> Value {
        let Json::Object(mut sent) = value else {
            self.problem(path, format!("must be an object of the type {}", object.name));
            return Value::Null;
        };
        let mut fields = async_graphql::indexmap::IndexMap::with_capacity(sent.len());
        for (name, definition) in &object.fields {
            let value = match sent.remove(name.as_str()) {
                Some(value) => Some(self.value(&Path::Field(path, name), &definition.ty, value)),
                None => definition.default_value.as_deref().and_then(literal::constant),
            };
            match value {
                Some(value) => _ = fields.insert(Name::new(name.as_str()), value),
                None if definition.ty.is_non_null() => {
                    self.problem(
                        &Path::Field(path, name),
                        format!("is missing: it must be of the type {}", definition.ty),
                    );
                }
                None => {}
            }
        }
        // What is looked for costs time, and no more than these are told.
        for unknown in sent.keys().take(MOST_FOUND) {
            let known = object.fields.keys().map(apollo_compiler::Name::as_str);
            let hint = self.suggest.then(|| did_you_mean(unknown, known)).flatten().unwrap_or_default();
            self.problem(&Path::Field(path, unknown), format!("is no field of {}{hint}", object.name));
        }
        Value::Object(fields)
    }

    fn member(&mut self, path: &Path<'_>, names: &EnumType, value: &Json) -> Value {
        if let Json::String(text) = value
            && let Some((name, _)) = names.values.get_key_value(text.as_str())
        {
            return Value::Enum(Name::new(name.as_str()));
        }
        let wanted = if self.suggest {
            let listed: Vec<_> = names.values.keys().take(MOST_LISTED).map(apollo_compiler::Name::as_str).collect();
            let more = if names.values.len() > MOST_LISTED { ", …" } else { "" };
            format!("must be one of {}{more}", listed.join(", "))
        } else {
            format!("must be a value of {}", names.name)
        };
        self.problem(path, wanted);
        Value::Null
    }

    fn scalar(&mut self, path: &Path<'_>, name: &str, value: Json) -> Value {
        // What is larger than any scalar is not even made into one.
        let is_too_large = match &value {
            Json::Object(members) => members.len() > scalar::MOST_MEMBERS,
            Json::Array(_) => true,
            _ => false,
        };
        if !is_too_large {
            let value = Value::from_json(value).unwrap_or_default();
            if scalar::is_valid(name, &value) {
                return value;
            }
        }
        self.problem(path, format!("must be {}", scalar::expected(name)));
        Value::Null
    }
}
