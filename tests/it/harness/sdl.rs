//! The schema as its text tells it: what tests that must cover all of it are driven by. The text, since
//! introspection says nothing of `@requiresScopes`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};
use serde_json::{Map, Value as Json, json};

use async_graphql::{Positioned, Value as ConstValue};

/// The types of the service, by name.
pub struct Sdl {
    pub types: BTreeMap<String, TypeOf>,
}

/// One type.
pub enum TypeOf {
    Object { fields: Vec<Field>, implements: Vec<String> },
    Interface { fields: Vec<Field> },
    Union { members: Vec<String> },
    Input { fields: Vec<Input> },
    Enum { values: Vec<String> },
    Scalar,
}

/// A field of an object.
pub struct Field {
    pub name: String,
    pub ty: TypeRef,
    pub arguments: Vec<Input>,
    /// The alternatives of `@requiresScopes`, where the field carries it.
    pub scopes: Option<Vec<Vec<String>>>,
    /// What it costs, where it says so.
    pub cost: Option<String>,
    /// How long the list is taken to be, where it says so.
    pub assumed_size: Option<String>,
}

/// An argument, or a field of an input object.
pub struct Input {
    pub name: String,
    pub ty: TypeRef,
    pub has_default: bool,
}

/// The type of a field or an input.
#[derive(Clone)]
pub struct TypeRef {
    /// As the schema writes it: `[ID!]!`.
    pub text: String,
    /// Without lists and marks: `ID`.
    pub name: String,
    pub is_list: bool,
    pub nullable: bool,
}

impl Sdl {
    /// The schema that the service prints.
    pub fn of_service() -> &'static Self {
        static SDL: LazyLock<Sdl> = LazyLock::new(|| Sdl::parse(&guidepost::graphql::schema::sdl()));
        &SDL
    }

    fn parse(text: &str) -> Self {
        let document = parse_schema(text).expect("the service prints a valid schema");
        let mut types = BTreeMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let definition = definition.node;
            let ty = match definition.kind {
                TypeKind::Object(object) => {
                    TypeOf::Object { fields: fields(object.fields), implements: names(object.implements) }
                }
                TypeKind::Interface(interface) => TypeOf::Interface { fields: fields(interface.fields) },
                TypeKind::Union(of) => TypeOf::Union { members: names(of.members) },
                TypeKind::InputObject(input) => TypeOf::Input { fields: inputs(input.fields) },
                TypeKind::Enum(of) => {
                    TypeOf::Enum { values: of.values.into_iter().map(|value| value.node.value.to_string()).collect() }
                }
                TypeKind::Scalar => TypeOf::Scalar,
            };
            types.insert(definition.name.to_string(), ty);
        }
        Self { types }
    }

    /// The type of this name. Scalars that the text need not define are scalars.
    pub fn get(&self, name: &str) -> &TypeOf {
        self.types.get(name).unwrap_or(&TypeOf::Scalar)
    }

    /// The fields of an object or interface; none of anything else.
    pub fn fields(&self, name: &str) -> &[Field] {
        match self.get(name) {
            TypeOf::Object { fields, .. } | TypeOf::Interface { fields } => fields,
            _ => &[],
        }
    }

    /// The types that a union is of; none of anything else.
    pub fn members(&self, name: &str) -> &[String] {
        match self.get(name) {
            TypeOf::Union { members } => members,
            _ => &[],
        }
    }

    pub fn queries(&self) -> &[Field] {
        self.fields("Query")
    }

    pub fn mutations(&self) -> &[Field] {
        self.fields("Mutation")
    }

    pub fn subscriptions(&self) -> &[Field] {
        self.fields("Subscription")
    }

    /// The mutation of this name.
    pub fn mutation(&self, name: &str) -> &Field {
        self.mutations().iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no mutation {name}"))
    }

    /// The objects that `node` finds.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        self.types.iter().filter_map(|(name, ty)| match ty {
            TypeOf::Object { implements, .. } if implements.iter().any(|interface| interface == "Node") => {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    /// Whether a field of this type is selected without sub-selection.
    pub fn is_leaf(&self, name: &str) -> bool {
        matches!(self.get(name), TypeOf::Scalar | TypeOf::Enum { .. })
    }
}

impl Sdl {
    /// Some value that fits a type: what must be there, and no more. For requests that are refused before
    /// their values matter.
    pub fn sample(&self, ty: &TypeRef) -> Json {
        let value = match (self.get(&ty.name), ty.name.as_str()) {
            (TypeOf::Input { fields }, _) => {
                let needed = fields.iter().filter(|field| !field.ty.nullable && !field.has_default);
                needed.map(|field| (field.name.clone(), self.sample(&field.ty))).collect::<Map<_, _>>().into()
            }
            (TypeOf::Enum { values }, _) => values[0].as_str().into(),
            (_, "ID" | "String") => "org_01h455vb4pex5vsknk084sn02q".into(),
            (_, "Int") => 1.into(),
            (_, "Float") => 1.5.into(),
            (_, "Boolean") => true.into(),
            (_, "Date") => "2026-01-01".into(),
            (_, "LocalTime") => "08:00:00".into(),
            (_, "TimeZone") => "Europe/Dublin".into(),
            (_, "DateTime") => "2026-01-01T00:00:00Z".into(),
            (_, "_Any") => json!({ "__typename": "Organization", "id": "org_01h455vb4pex5vsknk084sn02q" }),
            (_, other) => panic!("say here what a {other} looks like"),
        };
        if ty.is_list { json!([value]) } else { value }
    }

    /// A document that asks for one root field, with a value for each argument that must have one, and its variables.
    pub fn document(&self, operation: &str, field: &Field, selection: &str) -> (String, Json) {
        let (call, definitions, variables) = self.call(field, selection);
        (format!("{operation}{definitions} {{ {call} }}"), variables)
    }

    /// A field with its needed arguments as variables: the call, the variables' definitions, and their values.
    pub fn call(&self, field: &Field, selection: &str) -> (String, String, Json) {
        let needed: Vec<_> = field.arguments.iter().filter(|a| !a.ty.nullable && !a.has_default).collect();
        let list = |of: &dyn Fn(&&Input) -> String| {
            if needed.is_empty() {
                String::new()
            } else {
                format!("({})", needed.iter().map(of).collect::<Vec<_>>().join(", "))
            }
        };
        let arguments = list(&|a| format!("{0}: ${0}", a.name));
        let definitions = list(&|a| format!("${}: {}", a.name, a.ty.text));
        let selection = if self.is_leaf(&field.ty.name) { String::new() } else { format!(" {{ {selection} }}") };
        let variables: Map<_, _> = needed.iter().map(|a| (a.name.clone(), self.sample(&a.ty))).collect();
        (format!("{}{arguments}{selection}", field.name), definitions, variables.into())
    }
}

impl Field {
    pub fn argument(&self, name: &str) -> &TypeRef {
        let found = self.arguments.iter().find(|argument| argument.name == name);
        &found.unwrap_or_else(|| panic!("{} has no argument {name}", self.name)).ty
    }
}

fn fields(definitions: Vec<Positioned<FieldDefinition>>) -> Vec<Field> {
    let field = |definition: Positioned<FieldDefinition>| {
        let FieldDefinition { name, arguments, ty, directives, .. } = definition.node;
        Field {
            name: name.to_string(),
            ty: type_ref(&ty.node),
            arguments: inputs(arguments),
            scopes: directive(&directives, "requiresScopes").map(scopes),
            cost: directive(&directives, "cost").map(|cost| cost.node.arguments[0].1.node.to_string()),
            assumed_size: directive(&directives, "listSize").and_then(assumed_size),
        }
    };
    definitions.into_iter().map(field).collect()
}

fn assumed_size(list: &Positioned<ConstDirective>) -> Option<String> {
    let (_, size) = list.node.arguments.iter().find(|(name, _)| name.node == "assumedSize")?;
    Some(size.node.to_string())
}

fn directive<'d>(of: &'d [Positioned<ConstDirective>], name: &str) -> Option<&'d Positioned<ConstDirective>> {
    of.iter().find(|directive| directive.node.name.node == name)
}

fn inputs(definitions: Vec<Positioned<InputValueDefinition>>) -> Vec<Input> {
    let input = |definition: Positioned<InputValueDefinition>| Input {
        name: definition.node.name.to_string(),
        ty: type_ref(&definition.node.ty.node),
        has_default: definition.node.default_value.is_some(),
    };
    definitions.into_iter().map(input).collect()
}

fn names<T: ToString>(names: Vec<Positioned<T>>) -> Vec<String> {
    names.into_iter().map(|name| name.node.to_string()).collect()
}

fn type_ref(ty: &Type) -> TypeRef {
    let mut innermost = &ty.base;
    let mut is_list = false;
    let name = loop {
        match innermost {
            BaseType::Named(name) => break name.to_string(),
            BaseType::List(of) => {
                is_list = true;
                innermost = &of.base;
            }
        }
    };
    TypeRef { text: ty.to_string(), name, is_list, nullable: ty.nullable }
}

fn scopes(directive: &Positioned<ConstDirective>) -> Vec<Vec<String>> {
    let (_, value) = directive.node.arguments.first().expect("@requiresScopes takes scopes");
    let texts = |value: &ConstValue| -> Vec<String> {
        let ConstValue::List(texts) = value else { panic!("{value} is no list of scopes") };
        texts
            .iter()
            .map(|text| text.clone().into_json().expect("a text").as_str().expect("a text").to_owned())
            .collect()
    };
    let ConstValue::List(alternatives) = &value.node else { panic!("{} is no list", value.node) };
    alternatives.iter().map(texts).collect()
}
