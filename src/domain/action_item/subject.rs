//! What an action item is about: another thing of the same relationship. Of a thing that a reader may not see,
//! the item gives away nothing, not even that it has a subject.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::access::reader::{Reader, Reads};
use crate::access::visibility::Visible;
use crate::access::writer::Operation;
use crate::domain::check::Check;
use crate::entity::{action_item, kpi, kpi_dataset, kpi_signal, milestone, scope_of_work};
use crate::error::{Error, Result};
use crate::id::{self, Kind, RelationshipId, kind};

/// A thing of one of the kinds that action items are about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Subject {
    /// The prefix of its kind.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
}

macro_rules! subjects {
    ($($kind:ident $table:ident;)*) => {
        const KINDS: &[&str] = &[$(kind::$kind::PREFIX),*];

        /// Which of these things the viewer sees.
        async fn seen_among(reader: &Reader, kind: &str, ids: Vec<Uuid>) -> Result<Vec<Uuid>> {
            match kind {
                $(kind::$kind::PREFIX => seen_in::<$table::Entity>(reader, $table::Column::Id, ids).await,)*
                other => Err(Error::internal(format!("no action item is about a {other}"))),
            }
        }

        /// Whether it is a thing of the relationship that the caller sees and may point the counterparty to.
        async fn exists(operation: &Operation, relationship: RelationshipId, subject: Subject) -> Result<bool> {
            let id = match subject.kind {
                $(kind::$kind::PREFIX => {
                    use $table::Column::{Id, RelationshipId};
                    let select = operation.find::<$table::Entity>().filter(Id.eq(subject.id));
                    let select = select.filter(RelationshipId.eq(relationship));
                    // T4: naming a draft would betray it.
                    let select = select.filter($table::Entity::shared_with_both());
                    select.select_only().column(Id).into_tuple::<Uuid>().one(operation.transaction()).await?
                })*
                other => return Err(Error::internal(format!("no action item is about a {other}"))),
            };
            Ok(id.is_some())
        }
    };
}

subjects! {
    ScopeOfWork scope_of_work;
    Milestone milestone;
    ActionItem action_item;
    Kpi kpi;
    KpiDataset kpi_dataset;
    KpiSignal kpi_signal;
}

async fn seen_in<E: Visible>(reader: &Reader, column: E::Column, ids: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let select = reader.find::<E>().filter(column.is_in(ids)).select_only().column(column);
    Ok(select.into_tuple::<Uuid>().all(reader.connection()).await?)
}

impl Subject {
    /// The subject of a row.
    #[must_use]
    pub fn of(row: &action_item::Model) -> Option<Self> {
        Self::known(row.subject_kind.as_deref()?, row.subject_id?)
    }

    /// The subject that an id names.
    pub fn parse(check: &mut Check, field: &str, text: &str) -> Option<Self> {
        let subject = id::parse_any(text).and_then(|(kind, id)| Self::known(&kind, id));
        check.that(subject.is_some(), field, format!("must be the id of one of: {}", kinds_in_words()));
        subject
    }

    fn known(kind: &str, id: Uuid) -> Option<Self> {
        KINDS.iter().find(|known| **known == kind).map(|kind| Self { kind, id })
    }

    /// Notes an invalid field unless it is a thing of the relationship that both parties' working level sees.
    pub async fn check(
        self,
        operation: &Operation,
        check: &mut Check,
        field: &str,
        relationship: RelationshipId,
    ) -> Result<()> {
        let known = exists(operation, relationship, self).await?;
        let name = id::name_of(self.kind).unwrap_or("thing");
        check.that(known, field, format!("is no {name} of this relationship that is shared with both parties"));
        Ok(())
    }

    /// Whether the caller sees it.
    pub async fn is_seen(self, reads: &Reads) -> Result<bool> {
        Ok(reads.load(self).await?.is_some())
    }
}

impl Loader<Subject> for Reader {
    type Value = ();
    type Error = Error;

    async fn load(&self, keys: &[Subject]) -> Result<HashMap<Subject, ()>> {
        let mut by_kind: HashMap<&'static str, Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_kind.entry(key.kind).or_default().push(key.id);
        }
        let mut seen = HashMap::new();
        for (kind, ids) in by_kind {
            seen.extend(seen_among(self, kind, ids).await?.into_iter().map(|id| (Subject { kind, id }, ())));
        }
        Ok(seen)
    }
}

fn kinds_in_words() -> String {
    KINDS.iter().filter_map(|prefix| id::name_of(prefix)).collect::<Vec<_>>().join(", ")
}
