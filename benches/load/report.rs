//! The figures, as a table in Markdown beside what they should be at most.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use crate::client::Answered;
use crate::server::BINARY;
use crate::workload::Workload;

/// One workload.
pub(crate) struct Measured {
    pub(crate) workload: Workload,
    /// How long it was measured.
    pub(crate) time: Duration,
    pub(crate) answered: Answered,
    /// The processor time of the service.
    pub(crate) of_service: Option<Duration>,
    /// The processor time of the database's own processes.
    pub(crate) of_database: Option<Duration>,
}

/// The process of the service.
pub(crate) struct Process {
    /// The median time from its start until it was ready.
    pub(crate) ready_after: Duration,
    /// Its memory before the first request, in MB.
    pub(crate) idle: f64,
    /// Its memory after the last one, in MB.
    pub(crate) busy: f64,
}

/// What a request may cost of the processors at the least, in milliseconds: a server written by hand for these five.
const fn limit(workload: Workload) -> f64 {
    match workload {
        Workload::Point => 0.07,
        Workload::Board => 1.65,
        Workload::Page => 0.63,
        Workload::Push => 2.4,
        Workload::Create => 0.15,
    }
}

/// The whole report.
pub(crate) fn table(title: &str, measured: &[Measured], process: &Process) -> String {
    let mut text = format!(
        "\n{title}\n\n\
         | | requests/s | median ms | p95 ms | answer kB | CPU service ms | CPU database ms | CPU ms | by hand ms | × |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for one in measured {
        text.push_str(&line(one));
    }
    let binary = fs::metadata(BINARY).map_or(0, |file| file.len());
    let Process { ready_after, idle, busy } = process;
    let megabytes = as_number(binary) / 1e6;
    _ = writeln!(
        text,
        "\nStart to ready: {:.0} ms. Memory: {idle:.0} MB idle, {busy:.0} MB afterwards. Binary: {megabytes:.1} MB.",
        millis(*ready_after),
    );
    text
}

fn line(measured: &Measured) -> String {
    let Measured { workload, time, answered, of_service, of_database } = measured;
    let count = answered.latencies.len();
    let each = |total: f64| total / as_number(count as u64);
    let percentile = |percent: usize| answered.latencies.get(count * percent / 100).copied().unwrap_or_default();
    let cost = |time: &Option<Duration>| time.map(|time| each(millis(time)));
    let shown = |cost: Option<f64>| cost.map_or_else(|| "–".to_owned(), |cost| format!("{cost:.3}"));
    let (service, database) = (cost(of_service), cost(of_database));
    let total = service.unwrap_or_default() + database.unwrap_or_default();
    let limit = limit(*workload);
    format!(
        "| {} | {:.0} | {:.2} | {:.2} | {:.1} | {} | {} | {total:.3} | {limit} | {:.1} |\n",
        workload.name(),
        as_number(count as u64) / time.as_secs_f64(),
        millis(percentile(50)),
        millis(percentile(95)),
        each(as_number(answered.bytes as u64)) / 1e3,
        shown(service),
        shown(database),
        total / limit,
    )
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
const fn as_number(count: u64) -> f64 {
    count as f64
}
