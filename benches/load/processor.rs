//! What the work costs: the processor time and the memory of processes, as Linux tells them in `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// The unit of times in `/proc` (`USER_HZ`): the same on every Linux that Rust builds for by default.
const TICK: Duration = Duration::from_millis(10);

/// The processor time of some processes until now, by their id.
#[derive(Clone, Default)]
pub(crate) struct Times(BTreeMap<u32, Duration>);

impl Times {
    /// Those that are there; one that has ended, or runs on another machine, has no time.
    pub(crate) fn of(processes: &[u32]) -> Self {
        Self(processes.iter().filter_map(|id| Some((*id, time_of(*id)?))).collect())
    }

    /// What was spent since an earlier look; none if nothing could be looked at.
    pub(crate) fn since(&self, earlier: &Self) -> Option<Duration> {
        let spent = |(id, time): (&u32, &Duration)| time.saturating_sub(earlier.0.get(id).copied().unwrap_or_default());
        (!self.0.is_empty()).then(|| self.0.iter().map(spent).sum())
    }
}

/// User and system time of all threads of a process.
fn time_of(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name may hold spaces; what follows it begins with the state, the third field.
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u32>().ok();
    Some(TICK * (ticks(14)? + ticks(15)?))
}

/// The memory of a process that is resident, in MB.
pub(crate) fn resident_of(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes = line.trim_end_matches("kB").trim().parse::<f64>().unwrap_or(f64::NAN);
    kilobytes / 1_000.0 * 1.024
}

/// The processes in which PostgreSQL serves the other connections to this database. SQLite has none.
pub(crate) async fn backends_of(database: &DatabaseConnection) -> Result<Vec<u32>, DbErr> {
    if database.get_database_backend() != DbBackend::Postgres {
        return Ok(Vec::new());
    }
    let others = "SELECT pid FROM pg_stat_activity \
                  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, others)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index::<i32>(0)?.unsigned_abs())).collect()
}
