//! Definitions that are by site, or count the working days of sites.

use super::*;

/// The mean of the days from the opening to the end.
fn lead_time(days: &str, unit: &str) -> Value {
    let rule = json!({ "duration": { "from": "OPENED", "to": "ACTUAL", "days": days, "total": "MEAN" } });
    json!({ "countingRule": rule, "unit": unit, "scale": 1.0, "target": null })
}

/// Three orders, two of them of a site, in calendar days.
async fn orders(world: &World) -> String {
    let definition = on_time(world, "LEAD", None, 0, lead_time("CALENDAR", "days"));
    let kpi = world.agree_definition(definition).await;
    let order = |id: &str, site: Option<&String>, opened: &str, ended: &str| json!({ "recordId": id, "siteId": site, "openedOn": opened, "actualOn": ended });
    let records = vec![
        order("A", Some(&world.cdmo_site), "2026-01-02", "2026-01-09"),
        order("B", Some(&world.sponsor_site), "2026-01-05", "2026-01-06"),
        order("C", None, "2026-01-05", "2026-01-09"),
    ];
    draft(world, &kpi, "2026-01-01", "2026-01-31", records).await
}

/// The same orders by another rule.
async fn tried(world: &World, dataset: &str, changes: Value) -> Value {
    let selection = "records lacking proposed { value numerator denominator } current { value } \
         differences { nodes { record { recordId } proposedVerdict proposedWhy } }";
    let input = json!({ "definition": on_time(world, "LEAD", None, 0, changes), "kpiDatasetIds": [dataset] });
    preview(&world.cdmo, selection, input).await
}

/// The records that lack something, and what.
fn lacks(seen: &Value) -> Vec<(&str, &str)> {
    let nodes = seen["differences"]["nodes"].as_array().expect("a list").iter();
    let lacking = nodes.filter(|node| node["proposedVerdict"].is_null());
    lacking
        .map(|node| (node["record"]["recordId"].as_str().expect("an id"), node["proposedWhy"].as_str().expect("why")))
        .collect()
}

on_both_databases! {
    async fn by_site_a_record_must_be_of_one(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let dataset = orders(&world).await;
        let mut by_site = lead_time("CALENDAR", "days");
        by_site["bySite"] = json!(true);
        let seen = tried(&world, &dataset, by_site).await;
        assert_eq!(seen["current"], json!({ "value": 4.0 }));
        assert_eq!(seen["proposed"], json!({ "value": 4.0, "numerator": 8.0, "denominator": 2.0 }));
        assert_eq!((&seen["records"], &seen["lacking"]), (&json!(3), &json!(1)));
        assert_eq!(lacks(&seen), [("C", "siteId is missing: the definition is by site")]);
    }

    async fn working_days_are_those_of_each_site(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let dataset = orders(&world).await;
        let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
        let hours = weekdays.map(|weekday| json!({ "weekday": weekday, "opens": "08:00", "closes": "17:00" }));
        let holidays = json!([{ "date": "2026-01-06", "name": "Epiphany" }]);
        let update = json!({ "siteId": world.cdmo_site, "expectedVersion": 1, "workingHours": hours, "holidays": holidays });
        world.cdmo.mutate("updateSite", "site { id }", update).await;
        let seen = tried(&world, &dataset, lead_time("WORKING", "working days")).await;
        // From Friday to Friday there are five working days, less the holiday.
        assert_eq!(seen["proposed"], json!({ "value": 4.0, "numerator": 4.0, "denominator": 1.0 }));
        assert_eq!(seen["current"], json!({ "value": 4.0 }));
        let told = lacks(&seen);
        assert!(matches!(&*told, [("B", no_hours), ("C", no_site)]
            if no_hours.starts_with("siteId is a site without working hours") && no_site.starts_with("siteId is missing")), "{told:?}");
        let why = &seen["differences"]["nodes"][0];
        assert_eq!(why["proposedWhy"], "4 working days of its site from the date of opening 2026-01-02 to the actual date 2026-01-09");
    }

    async fn what_stands_by_site_is_what_the_observations_say(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = world.agree_definition(on_time(&world, "OTD", None, 0, json!({ "bySite": true }))).await;
        let delivery = json!({ "recordId": "A", "siteId": world.cdmo_site, "agreedOn": "2026-01-15", "actualOn": "2026-01-15" });
        let january = draft(&world, &kpi, "2026-01-01", "2026-01-31", vec![delivery]).await;
        share(&world, &january).await;
        let february = draft(&world, &kpi, "2026-02-01", "2026-02-28", Vec::new()).await;
        share(&world, &february).await;
        let counts = "nodes { periodStart counts { reported pending excluded noData } }";
        let series = format!(r#"{{ kpi(id: "{}") {{ series {{ {counts} }} }} }}"#, kpi.id);
        let standing = world.sponsor.ok(&series, Value::Null).await["kpi"]["series"].take();
        assert_eq!(standing["nodes"][0]["counts"], json!({ "reported": 1, "pending": 0, "excluded": 0, "noData": 1 }));
        let input = json!({ "definition": on_time(&world, "OTD", None, 0, json!({})), "from": "2026-01-01" });
        let seen = preview(&world.sponsor, &format!("current {{ periods {{ {counts} }} }}"), input).await;
        assert_eq!(seen["current"]["periods"], standing, "of a site without a record, too");
    }
}
