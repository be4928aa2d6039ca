//! Building the demo's world: first what everything rests on, then two years in the order in which they happened.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use super::action_items::{self, ActionItem};
use super::calendar::Calendar;
use super::cast::Cast;
use super::datasets::{self, Dataset};
use super::relationships::Relationships;
use super::{charts, companies, kpis, relationships};
use crate::clock::Clock;
use crate::db::Database;
use crate::error::Result;

/// Ids to ask for, as a client writes them.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ids {
    /// Every organization, by its handle.
    pub organizations: BTreeMap<&'static str, String>,
    /// The first sponsor's relationship with the first CDMO: those whose tokens are signed.
    pub relationship: String,
    /// All four relationships.
    pub relationships: Vec<String>,
    /// The KPIs of the first relationship, by their code.
    pub kpis: BTreeMap<&'static str, String>,
    /// Datasets of the first relationship, one for each thing that can become of one.
    pub datasets: BTreeMap<&'static str, String>,
    /// An action item of the first relationship.
    pub action_item: String,
}

/// Something that happens.
enum Event {
    /// To the dataset with this index.
    Dataset(usize, datasets::Step),
    /// To the action item with this index.
    ActionItem(usize, action_items::Step),
}

/// Builds the world in a new `SQLite` file. It is made in memory and written at once, which spares the thousands of
/// writes of two years their way to the disk.
pub async fn build_file(file: &Path, now: DateTime<Utc>) -> Result<Ids> {
    let database = Database::connect("sqlite::memory:", 1).await?;
    database.migrate().await?;
    let ids = build(&database, now).await?;
    database.reader().execute_unprepared(&format!("VACUUM INTO '{}'", uri(file))).await?;
    database.close().await?;
    Ok(ids)
}

/// A file as `SQLite` takes it beside a database in memory: a bare name would mean one more of those.
fn uri(file: &Path) -> String {
    let escaped = file.display().to_string().chars().fold(String::new(), |mut text, c| {
        match c {
            '%' | '?' | '#' | '\'' => _ = write!(text, "%{:02x}", u32::from(c)),
            _ => text.push(c),
        }
        text
    });
    format!("file:{escaped}?mode=rwc")
}

/// Fills an empty, migrated database with a history that ends at `now`.
pub async fn build(database: &Database, now: DateTime<Utc>) -> Result<Ids> {
    let calendar = Calendar::until(now);
    let clock = Clock::set_to(calendar.preparation(0, 8));
    let mut cast = Cast::new(database.clone(), clock);
    let companies = companies::build(&mut cast, now.date_naive()).await?;
    cast.pass_until(calendar.preparation(7, 9));
    let Relationships { ids, milestones } = relationships::build(&cast, &companies, calendar.start()).await?;
    cast.pass_until(calendar.preparation(28, 9));
    let measured = kpis::build(&cast, &ids).await?;

    let mut datasets: Vec<Dataset> = measured.iter().flat_map(|kpi| datasets::of(kpi, &calendar)).collect();
    let mut items = action_items::all(&ids, &companies, &calendar);
    for (at, event) in agenda(&datasets, &items, now) {
        cast.pass_until(at);
        match event {
            Event::Dataset(index, step) => datasets[index].go(&cast, step).await?,
            Event::ActionItem(index, step) => items[index].go(&cast, step).await?,
        }
    }
    cast.pass_until(now);
    charts::build(&cast, &measured, &calendar).await?;
    relationships::conclude(&cast, &ids, &milestones, calendar.start()).await?;

    let of_first = measured.iter().take(kpis::EACH);
    let datasets_of_first = datasets.iter().take(kpis::EACH * datasets::EACH);
    Ok(Ids {
        organizations: companies.organizations.iter().map(|(handle, id)| (*handle, id.to_string())).collect(),
        relationship: ids[0].to_string(),
        relationships: ids.iter().map(ToString::to_string).collect(),
        kpis: of_first.map(|measured| (measured.kpi.code, measured.id.to_string())).collect(),
        datasets: datasets_of_first.filter_map(Dataset::outcome).collect(),
        action_item: items.first().and_then(|item| item.id).map(|id| id.to_string()).unwrap_or_default(),
    })
}

/// Everything that happens, in order of time.
fn agenda(datasets: &[Dataset], items: &[ActionItem], now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Event)> {
    let datasets = datasets.iter().enumerate().flat_map(|(index, dataset)| {
        dataset.steps(now).into_iter().map(move |(at, step)| (at, Event::Dataset(index, step)))
    });
    let items = items
        .iter()
        .enumerate()
        .flat_map(|(index, item)| item.steps().into_iter().map(move |(at, step)| (at, Event::ActionItem(index, step))));
    let mut agenda: Vec<_> = datasets.chain(items).collect();
    agenda.sort_by_key(|(at, _)| *at);
    agenda
}
