//! `@requiresScopes`: the same constant prints the directive and guards the field.

use async_graphql::{Context, Guard, Result, TypeDirective};

use super::context::ContextExt;
use crate::access::permit::AnyOf;

/// The scopes of which the caller needs at least one list in full.
#[TypeDirective(location = "FieldDefinition", name = "requiresScopes")]
pub fn requires_scopes(scopes: Vec<Vec<String>>) {}

/// Refuses a caller without the scopes, before the field is resolved.
pub struct Needs(pub AnyOf);

impl Guard for Needs {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        Ok(self.0.check(ctx.viewer())?)
    }
}
