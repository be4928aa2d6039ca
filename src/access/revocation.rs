//! Which tokens are revoked: held in memory, so that no request asks the database. Each service reads what is new every
//! second or so, by one statement over an index.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use tokio::sync::Mutex;

use super::token::LEEWAY;
use super::viewer::Viewer;
use crate::entity::token_revocation::{Column, Entity, Model, TokenRevocationKind};
use crate::error::Result;
use crate::id::OrganizationId;

/// The revocations as far as they were read.
#[derive(Debug, Default)]
pub struct Revocations {
    read: RwLock<Read>,
    /// Held while they are read, so that none is taken in twice.
    reading: Mutex<()>,
}

#[derive(Debug, Default)]
struct Read {
    /// Whether they were read at all.
    once: bool,
    /// The number of the last one.
    up_to: i64,
    issuers: HashMap<String, OfIssuer>,
    organizations: HashMap<OrganizationId, DateTime<Utc>>,
}

#[derive(Debug, Default)]
struct OfIssuer {
    /// When each revoked token ends by itself.
    tokens: HashMap<String, DateTime<Utc>>,
    /// Since when the tokens of each subject are good again.
    subjects: HashMap<String, DateTime<Utc>>,
}

impl Revocations {
    /// Reads what was added since the last time, and forgets tokens that have ended by themselves.
    pub async fn read_new(&self, connection: &DatabaseConnection, now: DateTime<Utc>) -> Result<()> {
        let _one = self.reading.lock().await;
        let up_to = self.read.read().unwrap_or_else(PoisonError::into_inner).up_to;
        let still_counts = Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now - LEEWAY));
        #[expect(clippy::disallowed_methods, reason = "this decides whether there is a viewer")]
        let select = Entity::find().filter(Column::Number.gt(up_to)).filter(still_counts);
        let rows = select.order_by_asc(Column::Number).all(connection).await?;
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.once = true;
        for row in rows {
            read.up_to = row.number;
            _ = read.take(row);
        }
        read.forget_ended(now);
        Ok(())
    }

    /// Reads all of them unless that was done: without them nobody could say that a token is good.
    pub async fn ensure_read(&self, connection: &DatabaseConnection, now: DateTime<Utc>) -> Result<()> {
        let once = self.read.read().unwrap_or_else(PoisonError::into_inner).once;
        if once { Ok(()) } else { self.read_new(connection, now).await }
    }

    /// Whether the viewer's token is revoked.
    #[must_use]
    pub fn cover(&self, viewer: &Viewer) -> bool {
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        // Who does not say when it was issued cannot show that it was after the revocation; nor does an issuer whose
        // clock may be ahead by that much.
        let issued_before =
            |valid_after: &DateTime<Utc>| viewer.issued_at.is_none_or(|issued_at| issued_at < *valid_after + LEEWAY);
        let by_issuer = read.issuers.get(viewer.issuer.as_ref()).is_some_and(|of| {
            viewer.token_id.as_ref().is_some_and(|id| of.tokens.contains_key(id))
                || of.subjects.get(&viewer.subject).is_some_and(issued_before)
        });
        by_issuer || viewer.organization.is_some_and(|id| read.organizations.get(&id).is_some_and(issued_before))
    }
}

impl Read {
    /// Takes a row in; its columns are those of its kind, which the table sees to.
    fn take(&mut self, row: Model) -> Option<()> {
        match row.kind {
            TokenRevocationKind::Token => later(&mut self.of(row.issuer?).tokens, row.token_id?, row.expires_at?),
            TokenRevocationKind::Subject => later(&mut self.of(row.issuer?).subjects, row.subject?, row.valid_after?),
            TokenRevocationKind::Organization => {
                later(&mut self.organizations, row.organization_id?, row.valid_after?);
            }
        }
        Some(())
    }

    /// Forgets the tokens that are refused anyway, since they have ended.
    fn forget_ended(&mut self, now: DateTime<Utc>) {
        self.issuers.values_mut().for_each(|of| of.tokens.retain(|_, expires_at| *expires_at > now - LEEWAY));
    }

    fn of(&mut self, issuer: String) -> &mut OfIssuer {
        self.issuers.entry(issuer).or_default()
    }
}

/// The later of two moments counts: a revocation is not taken back by another.
fn later<K: Eq + Hash>(moments: &mut HashMap<K, DateTime<Utc>>, key: K, moment: DateTime<Utc>) {
    let known = moments.entry(key).or_insert(moment);
    *known = moment.max(*known);
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::id::TokenRevocationId;

    #[test]
    fn a_token_is_kept_for_as_long_as_it_could_be_accepted() {
        let ends = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let mut read = Read::default();
        let row = Model {
            id: TokenRevocationId::new(Uuid::nil()),
            number: 1,
            kind: TokenRevocationKind::Token,
            organization_id: None,
            issuer: Some("https://id.example".to_owned()),
            subject: None,
            token_id: Some("lost".to_owned()),
            valid_after: None,
            expires_at: Some(ends),
            reason: "It was lost".to_owned(),
            created_at: ends - TimeDelta::hours(1),
        };
        assert_eq!(read.take(row), Some(()));
        let mut kept_at = |now| {
            read.forget_ended(now);
            read.issuers["https://id.example"].tokens.len()
        };
        assert_eq!(kept_at(ends + LEEWAY - TimeDelta::seconds(1)), 1);
        assert_eq!(kept_at(ends + LEEWAY), 0);
    }
}
