//! What rows are loaded by: equal keys of one request become one, and keys alike are read in one statement.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use sea_orm::IdenStatic;
use uuid::Uuid;

use crate::db::page::{List, Listed};

/// The key of one row by its id.
#[derive(Debug)]
pub struct ById<E>(pub(super) Uuid, PhantomData<fn() -> E>);

impl<E> ById<E> {
    pub(super) const fn new(id: Uuid) -> Self {
        Self(id, PhantomData)
    }
}

impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for ById<E> {}

impl<E> Hash for ById<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The key of a page of one parent's children. Keys that differ only in the parent are read together.
#[derive(Debug)]
pub struct ChildrenOf<E: Listed> {
    pub(super) parent: Uuid,
    pub(super) list: Arc<Children<E>>,
}

/// One list of the children of many parents.
#[derive(Debug)]
pub(super) struct Children<E: Listed> {
    pub(super) column: E::Column,
    pub(super) list: List<E>,
}

impl<E: Listed> ChildrenOf<E> {
    pub(super) fn new(parent: Uuid, column: E::Column, list: List<E>) -> Self {
        Self { parent, list: Arc::new(Children { column, list }) }
    }
}

impl<E: Listed> PartialEq for Children<E> {
    fn eq(&self, other: &Self) -> bool {
        self.column.as_str() == other.column.as_str() && self.list == other.list
    }
}

impl<E: Listed> Eq for Children<E> {}

impl<E: Listed> Hash for Children<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.as_str().hash(state);
        self.list.hash(state);
    }
}

impl<E: Listed> Clone for ChildrenOf<E> {
    fn clone(&self) -> Self {
        Self { parent: self.parent, list: Arc::clone(&self.list) }
    }
}

impl<E: Listed> PartialEq for ChildrenOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.list == other.list
    }
}

impl<E: Listed> Eq for ChildrenOf<E> {}

impl<E: Listed> Hash for ChildrenOf<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.list.hash(state);
    }
}

/// The key of the number of one parent's children; of its list only the filter counts.
#[derive(Debug)]
pub struct CountOf<E: Listed>(pub(super) ChildrenOf<E>);

impl<E: Listed> Clone for CountOf<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Listed> PartialEq for CountOf<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: Listed> Eq for CountOf<E> {}

impl<E: Listed> Hash for CountOf<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The ids of the keys that ask for the same, so that it is read for all of them at once.
pub fn together<'k, T: Eq + Hash, I>(keys: impl Iterator<Item = (&'k Arc<T>, I)>) -> HashMap<&'k Arc<T>, Vec<I>> {
    let mut asked: HashMap<_, Vec<I>> = HashMap::new();
    for (what, id) in keys {
        asked.entry(what).or_default().push(id);
    }
    asked
}
