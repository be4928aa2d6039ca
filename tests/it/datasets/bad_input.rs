//! Observations that cannot be: each is named by its field, and nothing is written.

use serde_json::{Value, json};

use super::{Scene, record, see};
use crate::harness::on_both_databases;

on_both_databases! {
    async fn each_wrong_number_is_named_and_nothing_is_written(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let january = |fields: Value| {
            let mut row = json!({ "periodStart": "2026-01-01" });
            row.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
            row
        };
        for (row, field) in [
            (january(json!({ "numerator": 1, "denominator": 0, "value": 100 })), "value"),
            (january(json!({ "numerator": 1, "denominator": 0 })), "denominator"),
            (january(json!({ "numerator": 0, "denominator": 0, "status": "REPORTED" })), "status"),
            (january(json!({ "numerator": 9, "denominator": 10, "value": 91 })), "value"),
            (january(json!({ "numerator": 9 })), "denominator"),
            (january(json!({ "denominator": 9 })), "numerator"),
            (january(json!({ "numerator": 1e308, "denominator": 1e-308 })), "denominator"),
            (january(json!({ "status": "EXCLUDED" })), "reason"),
            (january(json!({ "status": "NO_DATA", "value": 0 })), "value"),
            (january(json!({ "numerator": 1, "denominator": 1, "siteId": scene.world.cdmo_site })), "siteId"),
            (january(json!({ "numerator": 1, "denominator": 1, "note": "x".repeat(2_001) })), "note"),
            (json!({ "periodStart": "2026-01-15", "numerator": 1, "denominator": 1 }), "periodStart"),
            (json!({ "periodStart": "2026-04-01", "numerator": 1, "denominator": 1 }), "periodStart"),
            (json!({ "periodStart": "1899-01-01", "numerator": 1, "denominator": 1 }), "periodStart"),
            (json!({ "periodStart": "2026-02-30", "numerator": 1, "denominator": 1 }), "periodStart"),
        ] {
            let good = json!({ "periodStart": "2026-02-01", "numerator": 1, "denominator": 1 });
            let input = json!({ "kpiDatasetId": dataset, "observations": [good, row] });
            let refusal = scene.world.cdmo.mutation_refused("recordObservations", input).await;
            let expected = format!("input.observations[1].{field}");
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some(expected.as_str())), "{row}");
        }
        assert_eq!(see(&scene.world.cdmo, &dataset).await["observations"]["totalCount"], 0);
    }

    async fn numbers_that_json_has_no_word_for_are_refused(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        for number in [json!("NaN"), json!("Infinity"), json!("1")] {
            let row = json!({ "periodStart": "2026-01-01", "numerator": number, "denominator": 1 });
            let input = json!({ "kpiDatasetId": dataset, "observations": [row] });
            let refusal = scene.world.cdmo.mutation_refused("recordObservations", input).await;
            assert_eq!(refusal.code, "BAD_USER_INPUT");
            assert!(refusal.field.is_some_and(|field| field.contains("numerator")), "{number}");
        }
        let literal = format!(
            "mutation {{ recordObservations(input: {{ kpiDatasetId: \"{dataset}\", observations: [{{ periodStart: \"2026-01-01\", numerator: 1e999, denominator: 1 }}] }}) {{ recorded }} }}"
        );
        assert_eq!(scene.world.cdmo.refused(&literal, json!({})).await.code, "BAD_USER_INPUT");
        assert_eq!(see(&scene.world.cdmo, &dataset).await["observations"]["totalCount"], 0);
    }

    async fn one_period_is_one_row(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let row = json!({ "periodStart": "2026-01-01", "numerator": 1, "denominator": 1 });
        let input = json!({ "kpiDatasetId": dataset, "observations": [row, row] });
        let refusal = scene.world.cdmo.mutation_refused("recordObservations", input).await;
        assert_eq!(refusal.field.as_deref(), Some("input.observations[1].periodStart"));
    }

    async fn all_invalid_fields_are_named_at_once(app: App) {
        let scene = Scene::new(&app).await;
        let dataset = scene.draft().await;
        let rows = json!([
            { "periodStart": "2026-01-02", "numerator": 1 },
            { "periodStart": "2026-01-01", "numerator": 1, "denominator": 0 },
        ]);
        let refusals = scene.world.cdmo.mutation_refusals("recordObservations", json!({ "kpiDatasetId": dataset, "observations": rows })).await;
        let fields: Vec<_> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        assert_eq!(fields, [
            "input.observations[0].periodStart", "input.observations[0].denominator", "input.observations[1].denominator",
        ]);
    }

    async fn a_period_that_is_none_is_refused(app: App) {
        let scene = Scene::new(&app).await;
        for (start, end, field) in [
            ("2026-03-31", "2026-01-01", "input.periodEnd"),
            ("2026-01-02", "2026-03-31", "input.periodStart"),
            ("2026-01-01", "2026-03-30", "input.periodStart"),
            ("1899-01-01", "2026-03-31", "input.periodStart"),
            ("2026-01-00", "2026-03-31", "input.periodStart"),
        ] {
            let input = json!({ "kpiId": scene.kpi, "periodStart": start, "periodEnd": end });
            let refusal = scene.world.cdmo.mutation_refused("openKpiDataset", input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some(field)), "{start} to {end}");
        }
    }

    async fn by_site_every_row_names_a_site_in_play(app: App) {
        let scene = Scene::with(&app, json!({ "bySite": true })).await;
        let dataset = scene.draft().await;
        let row = |site: Value| json!({ "periodStart": "2026-01-01", "numerator": 1, "denominator": 2, "siteId": site });
        let foreign = scene.world.stranger.mutate("createSite", "site { id }", json!({ "name": "Far", "country": "US", "timeZone": "America/New_York" })).await;
        for site in [json!(null), foreign["site"]["id"].clone(), json!(scene.world.relationship)] {
            let input = json!({ "kpiDatasetId": dataset, "observations": [row(site)] });
            let refusal = scene.world.cdmo.mutation_refused("recordObservations", input).await;
            assert_eq!(refusal.field.as_deref(), Some("input.observations[0].siteId"));
        }
        let both = json!([row(json!(scene.world.cdmo_site)), row(json!(scene.world.sponsor_site))]);
        assert_eq!(record(&scene.world.cdmo, &dataset, both).await["recorded"], 2);
    }
}
