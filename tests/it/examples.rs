//! The Python examples, run as a reader would run them, against the service on a port of its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{Datelike, NaiveDate};
use guidepost::clock::Clock;
use serde_json::json;
use tokio::net::TcpListener;

use crate::harness::{App, EVERYTHING, Kind, settings};

/// Of whom, due when, delivered when.
type Delivery<'d> = (&'d str, &'d str, &'d str);

/// Deliveries of a made-up export: vendor, scheduled and delivered date. The windows' edges are among them.
const DELIVERIES: [Delivery; 13] = [
    ("Vials & Co.", "15-Jan-24", "15-Jan-24"),
    ("Vials & Co.", "15-Jan-24", "1-Jan-24"),
    ("Vials & Co.", "15-Jan-24", "31-Dec-23"),
    ("Vials & Co.", "15-Jan-24", "22-Jan-24"),
    ("Vials & Co.", "15-Jan-24", "23-Jan-24"),
    ("Vials & Co.", "31-Mar-24", "3-Apr-24"),
    ("Vials & Co.", "1-Apr-24", "29-Apr-24"),
    ("Vials & Co.", "29-Feb-24", "2-Mar-24"),
    ("Vials & Co.", "2-Jun-23", "2-Jun-23"),
    ("Vials & Co.", "3-Jun-23", "12-Jun-23"),
    ("Other, Ltd", "15-Jan-24", "15-Jan-24"),
    ("Other, Ltd", "15-Jan-24", "15-Mar-24"),
    ("Other, Ltd", "15-Feb-24", "15-Feb-24"),
];

/// A service on a port of its own, and the files that the examples read.
struct Staged {
    url: String,
    export: PathBuf,
    tokens: PathBuf,
    /// Dropped last: removes the files.
    _folder: tempfile::TempDir,
}

impl Staged {
    async fn on(app: &App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (export, tokens) = (folder.path().join("deliveries.csv"), folder.path().join("tokens.json"));
        // The examples live today.
        app.clock.move_to(Clock::system().now());
        let token = |organization, subject, scopes| app.caller(organization, subject, scopes).token;
        let tokens_by_name = json!({
            "operator": app.operator().token,
            "sponsor": token("programme", "sally", EVERYTHING),
            "sponsorApprover": token("programme", "sam", EVERYTHING),
            "sponsorRobot": token("programme", "erp", "kpis:collect"),
            "cdmoApprover": token("vials", "vera", EVERYTHING),
        });
        std::fs::write(&tokens, tokens_by_name.to_string()).expect("a writable file");
        Self { url, export, tokens, _folder: folder }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_is_idempotent_and_pull_reads_it() {
    let Some(python) = python() else { return };
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let Staged { url, export, tokens, .. } = &Staged::on(&app).await;
    // This year is not over yet.
    let now = app.clock.now();
    let (this_year, today) = (now.year(), now.format("%d-%b-%y").to_string());
    let mut deliveries: Vec<Delivery<'_>> = DELIVERIES.to_vec();
    deliveries.push(("Vials & Co.", &today, &today));
    write_export(export, &deliveries);
    let push = || {
        let arguments = ["--url", url, "--sponsor", "programme", "--cdmo", "vials"];
        run(Command::new(&python).arg(script("erp_push.py")).arg(export).arg("--tokens").arg(tokens).args(arguments))
    };

    let first = push();
    for year in [2023, 2024, this_year] {
        let (on_time, due) = counted(&deliveries, "Vials & Co.", year);
        let expected = format!("Vials & Co., {year}: {on_time} of {due} on time, recorded: 12\n");
        assert!(first.contains(&expected), "{expected} in {first}");
    }
    assert_eq!(counted(&deliveries, "Vials & Co.", 2024), (5, 8), "the edges of the window count as on time");
    let stage = "SELECT COUNT(*) FROM kpi_dataset WHERE stage =";
    assert_eq!(app.count(&format!("{stage} 'SHARED'")).await, 2);
    assert_eq!(app.count(&format!("{stage} 'DRAFT'")).await, 1, "the year that is not over");

    let entries = app.count("SELECT COUNT(*) FROM journal_entry").await;
    let second = push();
    assert_eq!(second.matches("recorded: 0\n").count(), 3, "{second}");
    assert_eq!(app.count("SELECT COUNT(*) FROM journal_entry").await, entries, "the second run changed something");

    let vendor = app.caller("vials", "vic", "relationships:read kpis:read").token;
    let pull = || {
        let mut command = Command::new(&python);
        run(command.arg(script("analyst_pull.py")).args(["OTD", "--url", url]).env("GUIDEPOST_TOKEN", &vendor))
    };
    let table = pull();
    let row = |year: &str| table.lines().find(|line| line.contains(year)).unwrap_or_default().to_owned();
    let fields = |year| row(year).split_whitespace().rev().take(5).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(fields("2024"), ["62.5", "8.0", "5.0", "4", "RATIO_OF_SUMS"], "{table}");
    assert_eq!(fields("2023"), ["50.0", "2.0", "1.0", "1", "RATIO_OF_SUMS"], "{table}");
    assert!(!table.contains(&this_year.to_string()), "the counterparty's draft: {table}");

    let mut corrected = deliveries;
    corrected[4].2 = "20-Jan-24";
    write_export(export, &corrected);
    let third = push();
    assert!(third.contains("2024: 6 of 8 on time, recorded: 1\n"), "{third}");
    assert_eq!(app.count("SELECT COUNT(*) FROM kpi_dataset WHERE revision = 2").await, 1, "a correction");
    assert!(pull().contains("75.0"));
    app.expect_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_records_are_counted_by_three_definitions() {
    let Some(python) = python() else { return };
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let Staged { url, export, tokens, .. } = &Staged::on(&app).await;
    write_export(export, &DELIVERIES);
    let load = || {
        let arguments = ["--url", url, "--sponsor", "programme", "--cdmo", "vials"];
        let mut command = Command::new(&python);
        run(command.arg(script("delivery_records.py")).arg(export).arg("--tokens").arg(tokens).args(arguments))
    };
    let first = load();
    for line in ["ON-THE-DAY: 4 of 13 ", "NOT-LATE: 6 of 13 ", "WINDOW: 8 of 13 "] {
        assert!(first.contains(line), "{line} in {first}");
    }
    assert_eq!(first.matches("recorded: 13\n").count(), 3, "{first}");
    // Tried on the records of the last one, they make the same, and only the last one what stands.
    for line in ["ON-THE-DAY, tried: 4 of 13, ", "NOT-LATE, tried: 6 of 13, ", "WINDOW, tried: 8 of 13, "] {
        assert!(first.contains(line), "{line} in {first}");
    }
    assert!(first.contains("61.5 %, otherwise: 0\n"), "{first}");
    assert_eq!(load().matches("recorded: 0\n").count(), 3);
    app.expect_verified().await;
}

/// The lines on time and all lines of a vendor in a year, counted on the data itself.
fn counted(deliveries: &[Delivery<'_>], vendor: &str, year: i32) -> (usize, usize) {
    let day = |text| NaiveDate::parse_from_str(text, "%d-%b-%y").expect("a date");
    let lines = deliveries.iter().map(|(vendor, due, came)| (*vendor, day(due), day(came)));
    let lines: Vec<_> = lines.filter(|(name, due, _)| *name == vendor && due.year() == year).collect();
    let on_time = lines.iter().filter(|(_, due, came)| (-14..=7).contains(&(*came - *due).num_days())).count();
    (on_time, lines.len())
}

fn write_export(file: &Path, deliveries: &[Delivery<'_>]) {
    let mut text = "ID,Vendor,Scheduled Delivery Date,Delivered to Client Date,Manufacturing Site,\
         Delivery Recorded Date,Item Description,Line Item Quantity\n"
        .to_owned();
    for (number, (vendor, due, came)) in deliveries.iter().enumerate() {
        _ = writeln!(text, "{number},\"{vendor}\",{due},{came},\"Unit 3, Basel\",{came},Vials,100");
    }
    std::fs::write(file, text).expect("a writable file");
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// A Python with the packages that the examples need: of `.ci/run`'s environment, or the system's.
#[expect(clippy::disallowed_macros, reason = "who runs the tests learns what was left out")]
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    let found = [own, PathBuf::from("python3")].into_iter().find(|python| {
        let probe = Command::new(python).args(["-c", "import pandas, requests"]).output();
        probe.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        assert!(
            !settings::examples_are_required(),
            "the examples are required here, and no Python with the packages of examples/requirements.txt is there"
        );
        eprintln!("skipped: no Python with the packages of examples/requirements.txt");
    }
    found
}

/// Runs a command that must succeed; what it prints.
fn run(command: &mut Command) -> String {
    let output = command.output().expect("it can be started");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}
