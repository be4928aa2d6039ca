//! Where a value is inside a request: `input.observations[3].periodStart`. It is written out only for a value that is
//! wrong, of which there are few among the many that are read.

use std::fmt;

/// The way to a value.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// A variable or an argument.
    Named(&'p str),
    /// A field of the object there.
    Field(&'p Self, &'p str),
    /// An element of the list there.
    Element(&'p Self, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Field(object, name) => write!(f, "{object}.{name}"),
            Self::Element(list, index) => write!(f, "{list}[{index}]"),
        }
    }
}
