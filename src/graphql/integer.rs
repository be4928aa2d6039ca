//! The range of `Int`. The framework takes any whole number of 64 bits for one until it reads the value, when it no
//! longer knows which argument or input field it is of; here the range becomes a part of what it checks before.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::registry::{MetaType, Registry};
use async_graphql::{InputType, InputValueResult, Value};

/// Registers no type of its own, but the range of the one that is there.
pub enum RangedInt {}

impl InputType for RangedInt {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        i32::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = i32::create_type_info(registry);
        if let Some(MetaType::Scalar { is_valid, .. }) = registry.types.get_mut(&*Self::type_name()) {
            *is_valid = Some(Arc::new(is_in_range));
        }
        name
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

fn is_in_range(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()))
}
