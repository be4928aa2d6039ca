//! The pictures of the documentation: made by the service, of made-up deliveries.

use serde_json::{Value, json};

use super::get;
use crate::harness::Seen::{Missing, Share};
use crate::harness::{AgreedKpi, App, Kind, Seed, Seen, World, expect_file};

const REGENERATE: &str = "GUIDEPOST_TEST_UPDATE=1 cargo test --test it pictures";

/// Lines delivered in the window, of a thousand each month.
const STABLE: [f64; 24] = [
    942.0, 958.0, 931.0, 964.0, 950.0, 928.0, 949.0, 961.0, 955.0, 937.0, 944.0, 968.0, 952.0, 939.0, 946.0, 959.0,
    941.0, 962.0, 934.0, 951.0, 948.0, 960.0, 936.0, 953.0,
];

/// Lines due in each month of a site that grows.
const DUE: [f64; 24] = [
    118.0, 124.0, 131.0, 122.0, 140.0, 135.0, 128.0, 144.0, 150.0, 147.0, 139.0, 133.0, 152.0, 160.0, 171.0, 166.0,
    174.0, 181.0, 177.0, 169.0, 188.0, 192.0, 185.0, 179.0,
];
/// Lines of these that were late.
const LATE: [f64; 24] = [
    6.0, 9.0, 7.0, 5.0, 10.0, 8.0, 6.0, 9.0, 7.0, 11.0, 8.0, 6.0, 9.0, 8.0, 22.0, 19.0, 24.0, 27.0, 21.0, 20.0, 26.0,
    23.0, 25.0, 22.0,
];

const MONTHS: [&str; 24] = [
    "2024-01-01",
    "2024-02-01",
    "2024-03-01",
    "2024-04-01",
    "2024-05-01",
    "2024-06-01",
    "2024-07-01",
    "2024-08-01",
    "2024-09-01",
    "2024-10-01",
    "2024-11-01",
    "2024-12-01",
    "2025-01-01",
    "2025-02-01",
    "2025-03-01",
    "2025-04-01",
    "2025-05-01",
    "2025-06-01",
    "2025-07-01",
    "2025-08-01",
    "2025-09-01",
    "2025-10-01",
    "2025-11-01",
    "2025-12-01",
];

fn stable(month: usize) -> Seen {
    Share(STABLE[month], 1_000.0)
}

fn months(mut seed: Seed, numbers: std::ops::Range<usize>, value: impl Fn(usize) -> Seen) -> Seed {
    for number in numbers {
        seed = seed.with(MONTHS[number], value(number));
    }
    seed
}

async fn agreed(world: &World, code: &str, changes: Value) -> AgreedKpi {
    world.agree_definition(world.definition(code, changes)).await
}

#[tokio::test]
async fn the_pictures_of_the_documentation_are_those_of_the_service() {
    let app = App::start(Kind::Sqlite).await.expect("SQLite is always there");
    let world = World::new(&app).await;
    world.sign_charter().await;
    let measurement = || json!({ "dataKind": "MEASUREMENT" });

    let kpi = agreed(&world, "OTD-STABLE", measurement()).await;
    months(Seed::shared("2024-01-01", "2025-12-31").released(), 0..24, stable).put(&world, &kpi).await;
    let leadership = app.caller("acme", "helen", "kpis:read-released");
    let picture = get(&app.router, &format!("/charts/{}.svg", kpi.id), &leadership).await.picture();
    expect_file("docs/pictures/stable.svg", &picture, REGENERATE);

    let kpi = agreed(&world, "OTD-SHIFTED", json!({ "dataKind": "SHARE", "target": 97.0 })).await;
    let shifted = |month: usize| Share(DUE[month] - LATE[month], DUE[month]);
    months(Seed::shared("2024-01-01", "2025-12-31").released(), 0..24, shifted).put(&world, &kpi).await;
    let picture = get(&app.router, &format!("/charts/{}.svg", kpi.id), &leadership).await.picture();
    expect_file("docs/pictures/shifted.svg", &picture, REGENERATE);

    let kpi = agreed(&world, "OTD-GAPPED", measurement()).await;
    let gapped = |month: usize| match month {
        5 | 6 => Missing("NO_DATA"),
        9 => Missing("EXCLUDED"),
        _ => stable(month),
    };
    months(Seed::shared("2024-01-01", "2024-12-31"), 0..12, gapped).put(&world, &kpi).await;
    let late = |month: usize| if month == 23 { Missing("PENDING") } else { stable(month) };
    months(Seed::shared("2025-04-01", "2025-12-31"), 15..24, late).put(&world, &kpi).await;
    let picture = get(&app.router, &format!("/charts/{}.svg", kpi.id), &world.sponsor).await.picture();
    expect_file("docs/pictures/gapped.svg", &picture, REGENERATE);

    let kpi = agreed(&world, "OTD-TRIAL", measurement()).await;
    months(Seed::shared("2025-06-01", "2025-12-31"), 17..24, stable).put(&world, &kpi).await;
    let path = format!("/charts/{}.svg?width=640&height=400&theme=dark", kpi.id);
    let picture = get(&app.router, &path, &world.sponsor).await.picture();
    expect_file("docs/pictures/trial.svg", &picture, REGENERATE);
}
