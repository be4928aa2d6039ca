//! What is counted anew when the sites change in the meantime.

use serde_json::{Value, json};

use super::records::send;
use super::{Scene, see, version_of};
use crate::harness::{Caller, name_sites, on_both_databases};

/// The mean days of a month, by site.
fn lead_time(days: &str) -> Value {
    let rule = json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": days, "total": "MEAN" } });
    json!({ "bySite": true, "unit": "days", "scale": 1, "countingRule": rule })
}

fn batch(id: &str, site: &str) -> Value {
    json!({ "recordId": id, "openedOn": "2026-01-02", "actualOn": "2026-01-09", "siteId": site })
}

/// How many observations of how many sites there are.
async fn observed(caller: &Caller, dataset: &str) -> (usize, usize) {
    let query = "query($id: ID!) { kpiDataset(id: $id) { observations(first: 100) { nodes { siteId } } } }";
    let seen = caller.ok(query, json!({ "id": dataset })).await["kpiDataset"]["observations"]["nodes"].take();
    let mut sites: Vec<&str> =
        seen.as_array().expect("a list").iter().filter_map(|row| row["siteId"].as_str()).collect();
    let all = sites.len();
    sites.sort_unstable();
    sites.dedup();
    (all, sites.len())
}

/// The sponsor's site is no longer in play.
async fn take_out(scene: &Scene) {
    name_sites(&scene.world.sponsor, &scene.world.relationship, &[]).await;
}

on_both_databases! {
    async fn a_draft_tells_of_the_sites_in_play(app: App) {
        let scene = Scene::with(&app, lead_time("CALENDAR")).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, json!([batch("1", &scene.world.cdmo_site)])).await;
        assert_eq!(observed(cdmo, &dataset).await, (6, 2));
        take_out(&scene).await;
        send(cdmo, &dataset, json!([])).await;
        assert_eq!(observed(cdmo, &dataset).await, (3, 1));
    }

    async fn a_correction_tells_of_the_sites_of_the_revision_before(app: App) {
        let scene = Scene::with(&app, lead_time("CALENDAR")).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        send(cdmo, &dataset, json!([batch("1", &scene.world.cdmo_site)])).await;
        let share = json!({ "kpiDatasetId": dataset, "expectedVersion": version_of(cdmo, &dataset).await });
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", share).await;
        take_out(&scene).await;
        let correction = json!({
            "kpiDatasetId": dataset, "expectedVersion": 1, "reason": "one was missing", "records": [batch("2", &scene.world.cdmo_site)],
        });
        cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        assert_eq!(observed(cdmo, &dataset).await, (6, 2));
    }

    async fn the_day_of_the_data_is_kept(app: App) {
        let scene = Scene::with(&app, lead_time("CALENDAR")).await;
        let (cdmo, dataset) = (&scene.world.cdmo, scene.draft().await);
        let day = async || {
            let query = "query($id: ID!) { kpiDataset(id: $id) { version dataAsOf } }";
            cdmo.ok(query, json!({ "id": dataset })).await["kpiDataset"].take()
        };
        for (as_of, version) in [("2026-02-01", 2), ("2026-02-02", 3), ("2026-02-02", 3)] {
            let sent = json!({ "kpiDatasetId": dataset, "dataAsOf": as_of, "records": [batch("1", &scene.world.cdmo_site)] });
            cdmo.mutate("recordSourceRecords", "kpiDatasetId", sent).await;
            assert_eq!(day().await, json!({ "version": version, "dataAsOf": as_of }));
        }
        cdmo.mutate("shareKpiDataset", "kpiDatasetId", json!({ "kpiDatasetId": dataset, "expectedVersion": 3 })).await;
        // A correction that names no day is as of that of the revision before, whoever named it.
        for (version, changes, as_of) in [
            (1, json!({ "records": [batch("2", &scene.world.cdmo_site)] }), "2026-02-02"),
            (2, json!({ "dataAsOf": "2026-03-01" }), "2026-03-01"),
            (3, json!({ "removeRecords": ["2"] }), "2026-03-01"),
        ] {
            let mut correction = changes;
            correction["kpiDatasetId"] = json!(dataset);
            correction["expectedVersion"] = json!(version);
            correction["reason"] = json!("counted anew");
            cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
            assert_eq!(day().await, json!({ "version": version + 1, "dataAsOf": as_of }));
        }
    }

    async fn what_can_no_longer_be_judged_is_told_and_kept(app: App) {
        let scene = Scene::with(&app, lead_time("WORKING")).await;
        let (cdmo, site, dataset) = (&scene.world.cdmo, &scene.world.cdmo_site, scene.draft().await);
        let hours = |version: i32, hours: Value| json!({ "siteId": site, "expectedVersion": version, "workingHours": hours });
        let mondays = json!([{ "weekday": "MONDAY", "opens": "08:00", "closes": "17:00" }]);
        cdmo.mutate("updateSite", "site { id }", hours(1, mondays)).await;
        send(cdmo, &dataset, json!([batch("1", site)])).await;
        let before = see(cdmo, &dataset).await;
        cdmo.mutate("updateSite", "site { id }", hours(2, json!([]))).await;
        let refusal = cdmo.mutation_refused("recordSourceRecords", json!({ "kpiDatasetId": dataset })).await;
        assert_eq!((&*refusal.code, refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.records")));
        let expected = "1, recorded before, can no longer be judged: siteId is a site without working hours";
        assert!(refusal.message.contains(expected), "{}", refusal.message);
        assert_eq!(see(cdmo, &dataset).await, before, "nothing was written");
        let without = json!({ "kpiDatasetId": dataset, "remove": ["1"] });
        assert_eq!(cdmo.mutate("recordSourceRecords", "removed", without).await, json!({ "removed": 1 }));
    }
}
