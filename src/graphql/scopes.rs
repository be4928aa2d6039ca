//! `@requiresScopes`, and the fields that carry it: the same constant prints the directive and is checked.
//!
//! Every field that can be refused is nullable, so that what is refused or fails is null by itself and the rest of
//! the answer stays.

use async_graphql::{Context, Result, TypeDirective};
use futures_util::future::BoxFuture;

use super::context::ContextExt;
use crate::access::permit::AnyOf;
use crate::error::Error;

/// The scopes that a caller needs to ask for this field; without them it answers `FORBIDDEN` and names them.
#[TypeDirective(location = "FieldDefinition", name = "requiresScopes")]
pub fn requires_scopes(
    #[graphql(desc = "Lists of scopes: a caller needs all scopes of one list.")] scopes: Vec<Vec<String>>,
) {
}

/// A nullable field. The framework would let the error of a `Result<Option<T>>` null the field's parent; an error
/// inside an option nulls the field alone, as the specification wants.
pub type Field<T> = Option<Result<T>>;

// The framework keeps a place for the future of every field of an object in one frame. With what each field does in
// a box of its own that frame stays small; a debug build would otherwise overflow its stack.

/// A field that may find nothing, for callers with one of the scopes.
pub fn one<'f, T: Send>(
    ctx: &'f Context<'_>,
    scopes: AnyOf,
    found: impl Future<Output = Result<Option<T>>> + Send + 'f,
) -> BoxFuture<'f, Field<T>> {
    match scopes.check(ctx.viewer()) {
        Ok(()) => nullable(found),
        Err(error) => refused(error),
    }
}

/// A list, for callers with one of the scopes.
pub fn list<'f, T: Send>(
    ctx: &'f Context<'_>,
    scopes: AnyOf,
    found: impl Future<Output = Result<T>> + Send + 'f,
) -> BoxFuture<'f, Field<T>> {
    match scopes.check(ctx.viewer()) {
        Ok(()) => Box::pin(async move { Some(found.await) }),
        Err(error) => refused(error),
    }
}

fn refused<'f, T: Send>(error: Error) -> BoxFuture<'f, Field<T>> {
    Box::pin(async move { Some(Err(error.into())) })
}

/// A field that may find nothing.
pub fn nullable<'f, T>(found: impl Future<Output = Result<Option<T>>> + Send + 'f) -> BoxFuture<'f, Field<T>> {
    Box::pin(async move { found.await.transpose() })
}

/// What a mutation answers: its payload, or the error that refused it, which leaves what the mutations before it did.
pub fn done<'f, I: 'f, T: 'f>(
    operation: impl Future<Output = Result<I, Error>> + Send + 'f,
    payload: fn(I) -> T,
) -> BoxFuture<'f, Field<T>> {
    Box::pin(async move { Some(operation.await.map(payload).map_err(Into::into)) })
}
