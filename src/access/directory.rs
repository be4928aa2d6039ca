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
        if !is_handle(handle) {
            return Ok(None);
        }
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

/// What a well-formed handle looks like.
pub const HANDLE: &str =
    "2 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen";

/// Whether a text is a well-formed handle. What is none has no organization, and is nothing to ask the database.
#[must_use]
pub fn is_handle(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (2..=63).contains(&text.len())
        && text.chars().all(allowed)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_handle;

    #[test]
    fn handles_are_slugs() {
        for good in ["acme", "acme-2", "a1"] {
            assert!(is_handle(good), "{good}");
        }
        for bad in ["", "a", "Acme", "2acme", "-acme", "acme-", "ac me", "acmé", &"a".repeat(64)] {
            assert!(!is_handle(bad), "{bad}");
        }
    }
}
