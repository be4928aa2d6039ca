//! Apollo Federation: the service as a part of a company's supergraph. Every node is an entity with its `id` as the
//! key, and `_entities` looks entities up under the same rules as every other read.

use std::sync::LazyLock;

use apollo_compiler::ast::{Argument, Definition, Directive, Document, FieldDefinition};
use apollo_compiler::{Node, name};
use async_graphql::registry::{MetaType, Registry};
use async_graphql::{
    Context, InputValueResult, Object, Result, Scalar, ScalarType, SimpleObject, TypeDirective, Value,
};
use uuid::Uuid;

use super::cost::{cost, list_size};
use super::node::{Entity, MOST, load, prefix_of};
use super::schema;
use super::scopes::{Field, nullable};
use crate::error::Error;
use crate::id;

/// What identifies an object of this type to the other services of a federation.
#[TypeDirective(location = "Object", name = "key")]
pub fn key(#[graphql(desc = "The fields that identify it.")] fields: String) {}

/// Declares every node to be an entity.
pub fn declare_keys(registry: &mut Registry) {
    key.register(registry);
    for kind in registry.types.values_mut() {
        if let MetaType::Object { name, directive_invocations, .. } = kind
            && prefix_of(name).is_some()
        {
            directive_invocations.push(key::apply("id".to_owned()));
        }
    }
}

/// An entity as another service of a federation knows it: an object of its `__typename` and its `id`.
pub struct Representation(Value);

/// An entity as another service of a federation knows it: an object of its `__typename` and its `id`.
#[Scalar(name = "_Any")]
impl ScalarType for Representation {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

impl Representation {
    /// The kind's prefix and the id of what is represented at a place of the list.
    fn read(&self, place: usize) -> Result<(&'static str, Uuid), Error> {
        let field = |name: &str| format!("representations[{place}].{name}");
        let text = |name: &str| match &self.0 {
            Value::Object(fields) => fields.get(name).and_then(|value| match value {
                Value::String(text) => Some(text.as_str()),
                _ => None,
            }),
            _ => None,
        };
        let prefix = text("__typename").and_then(prefix_of);
        let prefix = prefix.ok_or_else(|| Error::field(field("__typename"), "must be the name of a type with @key"))?;
        let known = text("id").and_then(id::parse_any).filter(|(found, _)| found == prefix);
        let expected =
            || Error::field(field("id"), format!("must be the id of such an object, which begins with {prefix}_"));
        known.map(|(_, id)| (prefix, id)).ok_or_else(expected)
    }
}

/// What the whole schema costs: it has about 125,000 characters.
const SDL_COST: i32 = 1_000;

/// This service as a part of a supergraph.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
pub struct Service {
    /// The schema in the form that a supergraph is composed of: what `guidepost schema --federation` prints.
    #[graphql(directive = cost::apply(SDL_COST))]
    sdl: &'static str,
}

/// What a supergraph's router asks.
#[derive(Default)]
pub struct FederationQuery;

#[Object]
impl FederationQuery {
    /// The service's schema for a supergraph. Told to whom introspection is.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: federation_sdl() }
    }

    /// The objects that other services of a supergraph point to, in the same order; null in the place of one that the
    /// caller may not see, and with an error there, of one that is no object's. The scopes are those of their types.
    #[graphql(name = "_entities", directive = list_size::apply(None, Some(vec!["representations".to_owned()]), None, true))]
    async fn entities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the other services know of the objects: up to 100.")] representations: Vec<
            Representation,
        >,
    ) -> Result<Vec<Field<Entity>>> {
        let found = representations.len();
        if found > MOST {
            let message = format!("has {found} representations; at most {MOST} are allowed");
            return Err(Error::field("representations", message).into());
        }
        // One that is wrong is null by itself: a router puts the entities of many rows into one list.
        let loads = representations.iter().enumerate().map(|(place, representation)| {
            nullable(async move {
                let (prefix, id) = representation.read(place)?;
                Ok(load(ctx, prefix, id).await?.map(Entity::from))
            })
        });
        Ok(futures_util::future::join_all(loads).await)
    }
}

/// A supergraph's router knows of no list that is as long as a list in an argument: it takes it for the longest.
fn assume_size(field: &mut Node<FieldDefinition>) {
    let is_list = |name: &str| field.arguments.iter().any(|argument| argument.name == name && argument.ty.is_list());
    let by_list = |directive: &Node<Directive>| {
        let slicing = directive.specified_argument_by_name("slicingArguments").and_then(|names| names.as_list());
        slicing.unwrap_or_default().iter().filter_map(|name| name.as_str()).any(is_list)
    };
    let Some(place) = field.directives.iter().position(by_list) else { return };
    let assumed =
        Argument { name: name!("assumedSize"), value: Node::new(i32::try_from(MOST).unwrap_or(i32::MAX).into()) };
    let size = Directive { name: name!("listSize"), arguments: vec![Node::new(assumed)] };
    field.make_mut().directives.0[place] = Node::new(size);
}

static SDL: LazyLock<String> = LazyLock::new(|| subgraph(&schema::sdl()));

/// The schema in the form that a supergraph is composed of.
#[must_use]
pub fn federation_sdl() -> &'static str {
    &SDL
}

/// What the composition adds to every part by itself.
const OF_THE_ROUTER: &[&str] = &["_Any", "_Entity", "_Service", "_entities", "_service"];

/// The directives that come from the federation's own definition.
const LINKED: &[&str] = &["key", "cost", "listSize", "requiresScopes"];

/// Rewrites the schema: what the federation defines is linked rather than defined.
fn subgraph(sdl: &str) -> String {
    let mut document = Document::parse(sdl, "schema.graphql").expect("the service's own schema can be read");
    document.definitions.retain_mut(|definition| {
        if let Definition::ObjectTypeDefinition(object) = definition
            && object.name == "Query"
        {
            let object = object.make_mut();
            object.fields.retain(|field| !OF_THE_ROUTER.contains(&field.name.as_str()));
            object.fields.iter_mut().for_each(assume_size);
        }
        let name = definition.name().map_or("", |name| name.as_str());
        let linked = matches!(definition, Definition::DirectiveDefinition(_)) && LINKED.contains(&name);
        let built_in = matches!(name, "skip" | "include" | "deprecated" | "specifiedBy");
        !linked && !built_in && !OF_THE_ROUTER.contains(&name)
    });
    let imports: Vec<_> = LINKED.iter().map(|name| format!("\"@{name}\"")).collect();
    let imports = imports.join(", ");
    format!("extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", import: [{imports}])\n\n{document}")
}
