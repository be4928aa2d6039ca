//! `@requiresScopes`, and the fields that carry it: the same constant prints the directive and is checked.
//!
//! Every field that can be refused is nullable, so that what is refused or fails is null by itself and the rest of
//! the answer stays.

use std::pin::Pin;

use async_graphql::{Context, Result, TypeDirective};

use super::context::ContextExt;
use crate::access::permit::AnyOf;

/// The scopes that a caller needs to ask for this field; without them it answers `FORBIDDEN` and names them.
#[TypeDirective(location = "FieldDefinition", name = "requiresScopes")]
pub fn requires_scopes(
    #[graphql(desc = "Lists of scopes: a caller needs all scopes of one list.")] scopes: Vec<Vec<String>>,
) {
}

/// A nullable field. The framework would let the error of a `Result<Option<T>>` null the field's parent; an error
/// inside an option nulls the field alone, as the specification wants.
pub type Field<T> = Option<Result<T>>;

/// A field that may find nothing, for callers with one of the scopes.
pub async fn one<T>(ctx: &Context<'_>, scopes: AnyOf, found: impl Future<Output = Result<Option<T>>>) -> Field<T> {
    match scopes.check(ctx.viewer()) {
        Ok(()) => found.await.transpose(),
        Err(error) => Some(Err(error.into())),
    }
}

/// A list, for callers with one of the scopes.
pub async fn list<T>(ctx: &Context<'_>, scopes: AnyOf, found: impl Future<Output = Result<T>>) -> Field<T> {
    match scopes.check(ctx.viewer()) {
        Ok(()) => Some(found.await),
        Err(error) => Some(Err(error.into())),
    }
}

/// A field that may find nothing.
pub async fn nullable<T>(found: impl Future<Output = Result<Option<T>>>) -> Field<T> {
    found.await.transpose()
}

/// What a mutation answers: its payload, or the error that refused it, which leaves what the mutations before it did.
///
/// The operation comes boxed: the futures of all fields of an object lie side by side in one frame of the stack, which
/// in a build without optimization they would overflow.
pub async fn done<I, T>(
    operation: Pin<Box<dyn Future<Output = crate::error::Result<I>> + Send + '_>>,
    payload: fn(I) -> T,
) -> Field<T> {
    Some(operation.await.map(payload).map_err(Into::into))
}
