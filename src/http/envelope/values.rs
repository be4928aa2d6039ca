//! The JSON values of a request, read no further than they are of use. A value takes many times the memory of its
//! text, and packed a text takes next to nothing on its way here: what is read is counted while it is read.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The most values in a request's variables. 5,000 source records with all that can be said of each have 110,000.
pub(super) const MOST_VALUES: usize = 112_000;

/// What an element of a list counts. As a member does, which has a name as well, it would come to more time.
const ELEMENT: usize = 2;

/// What an object counts besides its members: the smallest takes more memory than as many values.
const OBJECT: usize = 4;

/// The most variables; no document within the usual limits declares as many.
pub(super) const MOST_VARIABLES: usize = 1_000;

/// The most members of an object; the largest input has half as many fields.
pub(super) const MOST_MEMBERS: usize = 64;

/// The most elements of a list. The longest that is of use has 5,000; of one that is a little longer the field tells more.
pub(super) const MOST_ELEMENTS: usize = 6_000;

/// What may still be read of a body.
pub(super) struct Budget {
    values: Cell<usize>,
    is_exceeded: Cell<bool>,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self { values: Cell::new(MOST_VALUES), is_exceeded: Cell::new(false) }
    }

    /// Whether more was sent than may be: what went wrong is that, and not what the text is like.
    pub(super) const fn is_exceeded(&self) -> bool {
        self.is_exceeded.get()
    }

    /// Ends the reading: more was sent than may be.
    pub(super) fn exceeded<E: Error>(&self, message: impl fmt::Display) -> E {
        self.is_exceeded.set(true);
        E::custom(message)
    }

    fn take<E: Error>(&self, values: usize) -> Result<(), E> {
        let Some(left) = self.values.get().checked_sub(values) else {
            return Err(self.exceeded(format_args!(
                "variables: have more than {MOST_VALUES} values, where a member of an object counts one, an element of a \
                 list {ELEMENT} and an object {OBJECT} more; send them in several requests"
            )));
        };
        self.values.set(left);
        Ok(())
    }
}

/// How much of a value is kept.
#[derive(Clone, Copy)]
pub(super) enum Kept<'b> {
    /// Of a list or an object only that it is one: what is inside is passed over. Anything else as it is.
    Outside,
    /// All of it.
    All(&'b Budget),
    /// All of it, and each member is a variable.
    Variables(&'b Budget),
}

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (Self::All(budget) | Self::Variables(budget)) = self else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Value::Object(Map::new()));
        };
        budget.take(OBJECT)?;
        let most = if matches!(self, Self::Variables(_)) { MOST_VARIABLES } else { MOST_MEMBERS };
        let mut members = Map::new();
        while let Some(name) = map.next_key()? {
            budget.take(1)?;
            if members.len() == most {
                return Err(budget.exceeded(format_args!("variables: an object has more than {most} members")));
            }
            members.insert(name, map.next_value_seed(Kept::All(budget))?);
        }
        Ok(Value::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let Self::All(budget) = self else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Array(Vec::new()));
        };
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(self)? {
            budget.take(ELEMENT)?;
            if elements.len() == MOST_ELEMENTS {
                let message = format_args!(
                    "variables: a list has more than {MOST_ELEMENTS} elements; send them in several requests"
                );
                return Err(budget.exceeded(message));
            }
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}
