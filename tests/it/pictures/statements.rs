//! A picture takes as many SQL statements for a little as for a lot.

use serde_json::json;

use super::{get, get_unknown};
use crate::harness::Seen::Share;
use crate::harness::{AgreedKpi, Seed, World, on_both_databases, text};

/// The KPI, its datasets, observations, definitions, the latest dataset with its revision, and the basis.
const STATEMENTS: usize = 7;

/// A KPI with so many datasets of the months of 2024, each of one month.
async fn measured(world: &World, code: &str, months: usize) -> AgreedKpi {
    const MONTHS: [[&str; 2]; 4] = [
        ["2024-01-01", "2024-01-31"],
        ["2024-02-01", "2024-02-29"],
        ["2024-03-01", "2024-03-31"],
        ["2024-04-01", "2024-04-30"],
    ];
    let kpi = world.agree_definition(world.definition(code, json!({ "dataKind": "SHARE" }))).await;
    for [from, to] in &MONTHS[..months] {
        Seed::shared(from, to).with(from, Share(9.0, 10.0)).put(world, &kpi).await;
    }
    kpi
}

/// A KPI with one dataset of 24 months.
async fn long(world: &World) -> AgreedKpi {
    let kpi = world.agree_definition(world.definition("LONG", json!({ "dataKind": "SHARE" }))).await;
    let starts: Vec<String> = (0..24).map(|month| format!("{}-{:02}-01", 2023 + month / 12, 1 + month % 12)).collect();
    let seed = Seed::shared("2023-01-01", "2024-12-31");
    starts.iter().fold(seed, |seed, start| seed.with(start, Share(9.0, 10.0))).put(world, &kpi).await;
    kpi
}

on_both_databases! {
    async fn a_picture_of_much_takes_no_more_statements(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let link = "query($id: ID!) { kpi(id: $id) { chartLink { url } } }";
        for (kpi, points) in [(measured(&world, "ONE", 1).await, 1), (measured(&world, "FOUR", 4).await, 4), (long(&world).await, 24)] {
            let url = text(&world.cdmo.ok(link, json!({ "id": kpi.id })).await["kpi"]["chartLink"]["url"]);
            app.statements();
            let by_token = get(&app.router, &format!("/charts/{}.svg", kpi.id), &world.cdmo).await.picture();
            assert_eq!(app.statements(), STATEMENTS, "{points} points, with a token");
            let tips = by_token.split("<title>").filter(|tip| tip.starts_with("20"));
            assert_eq!(tips.count(), points, "{by_token}");
            let periods = if points == 1 { " 1 period from" } else { " periods from" };
            assert!(by_token.contains(periods), "{by_token}");
            let by_link = get_unknown(&app.router, &url).await.picture();
            assert_eq!(app.statements(), STATEMENTS, "{points} points, by a link");
            assert_eq!(by_link, by_token);
        }
    }
}
