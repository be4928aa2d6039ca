//! Over which days, of which datasets and in how many periods a definition is tried.

use chrono::NaiveDate;

use super::*;
use crate::harness::{Seed, Seen};

/// A definition by the outcomes of records, in the period in which they happened.
fn by_actual(world: &World, frequency: &str) -> Value {
    let rule = json!({ "share": { "outcomes": ["DAMAGED"], "periodBy": "ACTUAL" } });
    on_time(world, "OTD", None, 0, json!({ "countingRule": rule, "frequency": frequency }))
}

on_both_databases! {
    async fn a_record_of_long_ago_makes_no_more_periods_than_a_dataset_holds(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = world.agree_definition(on_time(&world, "OTD", None, 0, json!({}))).await;
        let january = draft(&world, &kpi, "2026-01-01", "2026-01-31", deliveries(&[("2026-01-15", Some("1900-01-01"))])).await;
        let input = |frequency| json!({ "definition": by_actual(&world, frequency), "kpiDatasetIds": [january] });
        let refusal = world.cdmo.refused(&document("records"), json!({ "input": input("DAY") })).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.definition.frequency")));
        assert!(refusal.message.contains("1900-01-01 to 2026-01-31") && refusal.message.contains("20000"), "{}", refusal.message);
        // In months they are read in pages.
        let months = "totalCount nodes { periodStart } pageInfo { hasNextPage startCursor endCursor }";
        let page = async |arguments: &str| {
            let selection = format!("proposed {{ periods{arguments} {{ {months} }} }}");
            preview(&world.cdmo, &selection, input("MONTH")).await["proposed"]["periods"].take()
        };
        let first = page("(first: 2)").await;
        assert_eq!(first["nodes"], json!([{ "periodStart": "1900-01-01" }, { "periodStart": "1900-02-01" }]));
        assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(126 * 12 + 1), &json!(true)));
        let after = first["pageInfo"]["endCursor"].as_str().expect("a cursor");
        let next = page(&format!("(first: 1, after: {after:?})")).await;
        assert_eq!(next["nodes"], json!([{ "periodStart": "1900-03-01" }]));
        let before = next["pageInfo"]["startCursor"].as_str().expect("a cursor");
        assert_eq!(page(&format!("(last: 1, before: {before:?})")).await["nodes"], json!([{ "periodStart": "1900-02-01" }]));
    }

    async fn what_stands_is_no_more_than_a_dataset_holds(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let daily = json!({ "frequency": "DAY", "validFrom": "1960-01-01" });
        let kpi = world.agree_definition(on_time(&world, "OTD", None, 0, daily)).await;
        let mut datasets = Vec::new();
        for (from, to) in [("1960-01-01", "1987-12-31"), ("1988-01-01", "2015-12-31")] {
            datasets.push(draft(&world, &kpi, from, to, Vec::new()).await);
        }
        let input = |datasets: &[String]| json!({ "definition": by_actual(&world, "YEAR"), "kpiDatasetIds": datasets });
        let refusal = world.cdmo.refused(&document("records"), json!({ "input": input(&datasets) })).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.kpiDatasetIds")));
        assert!(refusal.message.contains("more than 20000 observations"), "{}", refusal.message);
        let seen = preview(&world.cdmo, "current { periods { totalCount } }", input(&datasets[..1])).await;
        assert_eq!(seen["current"]["periods"]["totalCount"], 28 * 365 + 7);
    }

    async fn datasets_without_records_are_refused_by_name_and_told_of_a_range(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let ready_made = world.agree_definition(world.definition("OTD", json!({ "validFrom": "2026-01-01" }))).await;
        let january = Seed::shared("2026-01-01", "2026-01-31").with("2026-01-01", Seen::Share(9.0, 10.0)).put(&world, &ready_made).await;
        let counted = on_time(&world, "OTD", Some(0), 0, json!({ "validFrom": "2026-02-01" }));
        let kpi = world.agree_definition(counted.clone()).await;
        let february = draft(&world, &kpi, "2026-02-01", "2026-02-28", deliveries(FEBRUARY)).await;
        share(&world, &february).await;
        let march = json!({ "kpiId": kpi.id, "periodStart": "2026-03-01", "periodEnd": "2026-03-31" });
        let march = text(&world.cdmo.mutate("openKpiDataset", "kpiDatasetId", march).await["kpiDatasetId"]);
        let named = json!({ "definition": counted, "kpiDatasetIds": [february, february, january, march] });
        let refusals = world.cdmo.send(&document("records"), json!({ "input": named })).await.refusals();
        let told: Vec<_> = refusals.iter().map(|refusal| (&*refusal.code, refusal.field.as_deref().unwrap_or_default())).collect();
        assert_eq!(told, [("BAD_USER_INPUT", "input.kpiDatasetIds[2]"), ("BAD_USER_INPUT", "input.kpiDatasetIds[3]")]);
        let range = json!({ "definition": counted, "from": "2026-01-01" });
        let seen = preview(&world.sponsor, "records datasetsWithoutRecords", range).await;
        assert_eq!(seen, json!({ "records": 2, "datasetsWithoutRecords": 1 }));
    }

    async fn a_range_has_as_many_datasets_as_are_named(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let daily = on_time(&world, "OTD", None, 0, json!({ "frequency": "DAY" }));
        let kpi = world.agree_definition(daily.clone()).await;
        let first: NaiveDate = "2025-11-01".parse().expect("a day");
        for day in first.iter_days().take(101) {
            let day = day.to_string();
            let dataset = draft(&world, &kpi, &day, &day, Vec::new()).await;
            share(&world, &dataset).await;
        }
        let input = |field: &str, day: &str| json!({ "definition": daily, field: day });
        for (field, day) in [("from", "2025-11-01"), ("to", "2026-02-09")] {
            let refusal = world.sponsor.refused(&document("records"), json!({ "input": input(field, day) })).await;
            assert_eq!(refusal.field.as_deref(), Some(&*format!("input.{field}")));
            assert!(refusal.message.contains("more than 100 datasets"), "{}", refusal.message);
        }
        assert_eq!(preview(&world.sponsor, "records", input("from", "2025-11-02")).await["records"], 0);
    }
}
