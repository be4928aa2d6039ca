//! External references: what the caller's other systems call things.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::connection::{Connection, Paging};
use super::context::ContextExt;
use super::node::{self, Node};
use super::scopes::{Field, done, nullable, requires_scopes};
use crate::access::permit;
use crate::domain::organization::reference::{
    self as references, RemoveExternalReferenceInput, SetExternalReferenceInput,
};
use crate::entity::external_reference;
use crate::id::{ExternalReferenceId, format_any};

/// What a system of the caller's organization calls an object. Nobody else reads it.
pub struct ExternalReference(external_reference::Model);

/// What a system of the caller's organization calls an object. Nobody else reads it.
#[Object]
impl ExternalReference {
    /// Its id, `ref_…`.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The other system's name.
    async fn system(&self) -> &str {
        &self.0.system
    }

    /// The object's id in that system.
    async fn external_id(&self) -> &str {
        &self.0.external_id
    }

    /// The object's id here.
    async fn object_id(&self) -> ID {
        ID(format_any(&self.0.object_kind, self.0.object_id))
    }

    /// When it was set.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A page of the caller's references to one object.
pub async fn references_of(ctx: &Context<'_>, object: Uuid, paging: Paging) -> Result<Connection<ExternalReference>> {
    let list = paging.list::<external_reference::Entity>((), ())?;
    Ok(Connection::of_children(ctx, external_reference::Column::ObjectId, object, list, ExternalReference).await?)
}

/// A reference that was set or removed.
pub struct ExternalReferencePayload(ExternalReferenceId);

/// A reference that was set or removed.
#[Object]
impl ExternalReferencePayload {
    /// The id of the reference.
    async fn external_reference_id(&self) -> ID {
        self.0.into()
    }

    /// The reference; null once it is removed.
    async fn external_reference(&self, ctx: &Context<'_>) -> Field<ExternalReference> {
        nullable(
            async move { Ok(ctx.reads().by_id::<external_reference::Entity, _>(self.0).await?.map(ExternalReference)) },
        )
        .await
    }
}

/// Looking things up by the names of other systems.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The object that the caller's organization named so; null if there is none that the caller may see.
    async fn object_by_reference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The other system's name.")] system: String,
        #[graphql(desc = "The object's id in that system.")] external_id: String,
    ) -> Field<Node> {
        nullable(async move {
            match references::object_named(ctx.reads().reader(), &system, &external_id).await? {
                Some((prefix, id)) => node::load(ctx, &prefix, id).await,
                None => Ok(None),
            }
        })
        .await
    }
}

/// Setting and removing references.
#[derive(Default)]
pub struct ReferenceMutation;

#[Object]
impl ReferenceMutation {
    /// Says what a system of the caller's organization calls an object. Setting the same again changes nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::SET_EXTERNAL_REFERENCE.scopes.alternatives())
    )]
    async fn set_external_reference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reference.")] input: SetExternalReferenceInput,
    ) -> Field<ExternalReferencePayload> {
        done(Box::pin(references::set(ctx.writer(), input)), ExternalReferencePayload).await
    }

    /// Removes a reference; the object stays.
    #[graphql(
        directive = requires_scopes::apply(permit::REMOVE_EXTERNAL_REFERENCE.scopes.alternatives())
    )]
    async fn remove_external_reference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which reference.")] input: RemoveExternalReferenceInput,
    ) -> Field<ExternalReferencePayload> {
        done(Box::pin(references::remove(ctx.writer(), input)), ExternalReferencePayload).await
    }
}
