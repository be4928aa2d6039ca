//! Who a caller is, what it sees and what it may do: the rules of transparency, in one place.

pub mod directory;
pub mod link;
pub mod permit;
pub mod reader;
pub mod revocation;
pub mod scope;
pub mod token;
pub mod viewer;
pub mod visibility;
pub mod writer;
