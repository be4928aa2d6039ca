//! Reading the days on which sites work, by which some rules count.

use std::collections::{BTreeSet, HashMap};

use sea_orm::ConnectionTrait;

use crate::db::source_records;
use crate::domain::kpi::counting::{Counting, WorkWeek};
use crate::entity::observation::NO_SITE;
use crate::entity::source_record::Model;
use crate::error::Result;
use crate::id::SiteId;

/// The days on which the sites of records work, where the rule counts them. The records are those that the caller holds.
pub async fn work_weeks<'r>(
    connection: &impl ConnectionTrait,
    counting: &Counting<'_>,
    records: impl Iterator<Item = &'r Model>,
) -> Result<HashMap<SiteId, WorkWeek>> {
    if !counting.needs_work_weeks() {
        return Ok(HashMap::new());
    }
    let ids: BTreeSet<SiteId> = records.map(|record| record.site_id).filter(|id| *id != NO_SITE).collect();
    let sites = source_records::sites(connection, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(sites.iter().filter_map(|site| Some((site.id, WorkWeek::of(site)?))).collect())
}
