//! Source records: how many each revision has, and their digest.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Verification;
use super::observations::Revision;
use crate::db::observations::Digester;
use crate::db::source_records;
use crate::entity::source_record::{Column, Entity, Model};
use crate::error::Result;

/// Records in one statement.
const PAGE: u64 = 1_000;

/// Those of one revision.
pub(super) struct Records {
    pub(super) count: i32,
    pub(super) digest: String,
}

impl Records {
    /// Those of a revision that has none.
    pub(super) fn none() -> Result<Self> {
        Ok(Self { count: 0, digest: source_records::digest(&[])? })
    }
}

/// Those of every revision that has some.
pub(super) async fn all(verification: &mut Verification<'_>) -> Result<HashMap<Revision, Records>> {
    let mut found = HashMap::new();
    let mut under_way: Option<(Revision, i32, Digester)> = None;
    let mut after: Option<Model> = None;
    loop {
        let rows = page(verification, after.as_ref()).await?;
        for row in &rows {
            verification.summary.source_records += 1;
            let revision = (row.dataset_id, row.revision);
            if under_way.as_ref().is_none_or(|(current, ..)| *current != revision) {
                found.extend(under_way.replace((revision, 0, Digester::default())).map(ended));
            }
            if let Some((_, count, digester)) = &mut under_way {
                *count += 1;
                source_records::add(digester, row)?;
            }
        }
        after = rows.into_iter().next_back();
        if after.is_none() {
            break;
        }
    }
    found.extend(under_way.map(ended));
    Ok(found)
}

fn ended((revision, count, digester): (Revision, i32, Digester)) -> (Revision, Records) {
    (revision, Records { count, digest: digester.finish() })
}

/// The records after one, in the order of their key.
#[expect(clippy::disallowed_methods, reason = "an auditor's reading, for no caller")]
async fn page(verification: &Verification<'_>, after: Option<&Model>) -> Result<Vec<Model>> {
    let key = [Column::DatasetId, Column::Revision, Column::RecordId];
    let beyond = after.map(|last| {
        let last = [Expr::val(last.dataset_id), Expr::val(last.revision), Expr::val(last.record_id.as_str())];
        Expr::tuple(key.map(Expr::col)).gt(Expr::tuple(last))
    });
    let select = Entity::find().filter(Condition::all().add_option(beyond));
    let select = key.into_iter().fold(select, QueryOrder::order_by_asc);
    Ok(select.limit(PAGE).all(&verification.snapshot).await?)
}
