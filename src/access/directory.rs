//! From the handle in a token to the organization's id. Every request asks, so the answer is kept: a
//! handle is given once, never changes and is never deleted.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect};

use crate::entity::organization::{Column, Entity};
use crate::error::Result;
use crate::id::OrganizationId;

/// The organizations by handle.
#[derive(Debug, Default)]
pub struct Directory {
    /// Only those that exist: what is not there may come, and made-up handles must not fill the memory.
    known: RwLock<HashMap<String, OrganizationId>>,
}

impl Directory {
    /// The organization with this handle, if it is registered.
    pub async fn find(&self, connection: &DatabaseConnection, handle: &str) -> Result<Option<OrganizationId>> {
        if let Some(id) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(handle) {
            return Ok(Some(*id));
        }
        #[expect(clippy::disallowed_methods, reason = "this finds out who the viewer is, so there is none yet")]
        let query = Entity::find().select_only().column(Column::Id).filter(Column::Handle.eq(handle));
        let found = query.into_tuple::<OrganizationId>().one(connection).await?;
        if let Some(id) = found {
            self.known.write().unwrap_or_else(PoisonError::into_inner).insert(handle.to_owned(), id);
        }
        Ok(found)
    }
}
