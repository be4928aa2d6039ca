//! What the whole schema declares by one rule, so that no field or type is forgotten: the size of every list, and
//! that every node is an entity of a federation.

use std::borrow::Cow;

use async_graphql::registry::{MetaType, Registry};
use async_graphql::{InputType, InputValueResult, Value};

use super::{cost, federation};

/// Registers no type of its own. The framework lets an input type see what is registered; there is no other way to.
pub enum Declarations {}

impl InputType for Declarations {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        bool::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        cost::declare_sizes(registry);
        federation::declare_keys(registry);
        describe_moments(registry);
        bool::create_type_info(registry)
    }

    fn parse(_: Option<Value>) -> InputValueResult<Self> {
        Err("no argument is of this type".into())
    }

    fn to_value(&self) -> Value {
        match *self {}
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The framework describes its scalar to who programs, and not to who reads the schema.
fn describe_moments(registry: &mut Registry) {
    if let Some(MetaType::Scalar { description, .. }) = registry.types.get_mut("DateTime") {
        let words = "A moment, with its offset from UTC (RFC 3339): `2026-03-02T08:30:00Z`. Answers are in UTC.";
        *description = Some(words.to_owned());
    }
}
