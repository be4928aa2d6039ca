//! Two revisions of a dataset side by side (T8): what a correction changed.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use crate::access::reader::Reader;
use crate::db::observations::{self, Key};
use crate::entity::observation::{Column, Entity, Model};
use crate::error::Result;
use crate::id::KpiDatasetId;

/// One period and site in two revisions; none where a revision has no observation of it.
#[derive(Clone, Debug)]
pub struct Difference {
    /// As it was.
    pub before: Option<Model>,
    /// As it is.
    pub after: Option<Model>,
}

impl Difference {
    /// The period and site as text, unique in a dataset: a cursor.
    #[must_use]
    pub fn key_text(&self) -> String {
        let row = self.after.as_ref().or(self.before.as_ref());
        row.map(|row| format!("{}/{}", row.period_start, row.site_id)).unwrap_or_default()
    }
}

/// What differs between two revisions that the caller may read, by period and site. Nothing of a revision that it
/// may not read.
pub async fn between(reader: &Reader, dataset: KpiDatasetId, from: i32, to: i32) -> Result<Vec<Difference>> {
    let select = reader
        .find::<Entity>()
        .filter(Column::DatasetId.eq(dataset))
        .filter(Column::Revision.is_in([from, to]))
        .order_by_asc(Column::PeriodStart)
        .order_by_asc(Column::SiteId);
    let mut pairs: BTreeMap<Key, Difference> = BTreeMap::new();
    for row in select.all(reader.connection()).await? {
        let pair = pairs.entry((row.period_start, row.site_id)).or_insert(Difference { before: None, after: None });
        if row.revision == from {
            pair.before = Some(row);
        } else {
            pair.after = Some(row);
        }
    }
    let differs = |pair: &Difference| match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => !observations::says_the_same(before, after),
        _ => true,
    };
    Ok(pairs.into_values().filter(differs).collect())
}
