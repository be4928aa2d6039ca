//! The next reviews of KPIs, and what is on the table: ready, not aligned, late, or missing, and nothing of drafts (T4, T6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::Seen::Share;
use crate::harness::{AgreedKpi, App, Caller, Seed, World, on_both_databases};

/// Who takes part in each review.
fn reviewers() -> Value {
    json!([
        { "party": "SPONSOR", "name": "Anna Keller", "role": "head of supply" },
        { "party": "CDMO", "name": "Ben Ng", "role": "head of quality" },
    ])
}

/// Reviews on the first Tuesday of each month, at 9 in Zurich.
fn monthly(starts_on: &str) -> Value {
    json!({
        "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": starts_on, "startsAt": "09:00", "timeZone": "Europe/Zurich",
        "reviewers": reviewers(),
    })
}

const TABLE: &str = "table { periodStart periodEnd readiness datasetId sharedAt }";

async fn table(caller: &Caller, kpi: &AgreedKpi) -> Value {
    let document = format!(r#"{{ kpi(id: "{}") {{ nextReview {{ {TABLE} }} }} }}"#, kpi.id);
    caller.ok(&document, Value::Null).await["kpi"]["nextReview"]["table"].take()
}

/// What is on the table, each in a line.
async fn rows(caller: &Caller, kpi: &AgreedKpi) -> Vec<String> {
    let table = table(caller, kpi).await;
    let line = |row: &Value| {
        let text = |field: &str| row[field].as_str().expect("a text").to_owned();
        format!("{} {} {}", text("periodStart"), text("periodEnd"), text("readiness"))
    };
    table.as_array().expect("a list").iter().map(line).collect()
}

/// Moves to a day, at noon.
fn go_to(app: &App, day: &str) {
    app.clock.move_to(format!("{day}T12:00:00Z").parse().expect("a time"));
}

async fn sign(caller: &Caller, dataset: &str) {
    let query = "query($id: ID!) { kpiDataset(id: $id) { revision { number digest } } }";
    let revision = caller.ok(query, json!({ "id": dataset })).await["kpiDataset"]["revision"].take();
    let signature = json!({ "kpiDatasetId": dataset, "revision": revision["number"], "digest": revision["digest"] });
    caller.mutate("alignKpiDataset", "kpiDatasetId", signature).await;
}

on_both_databases! {
    async fn what_is_on_the_table_is_ready_or_says_what_is_missing(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-02-01", "review": monthly("2026-03-03") })).await;
        // The first review is tomorrow: it looks at the last month that has ended.
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2026-02-01 2026-02-28 NOT_SHARED"]);
        let february = Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        let seen = table(&world.cdmo, &kpi).await;
        assert_eq!(seen, json!([{
            "periodStart": "2026-02-01", "periodEnd": "2026-02-28", "readiness": "SHARED_LATE", "datasetId": february,
            "sharedAt": "2026-03-02T09:00:00+00:00",
        }]));
        sign(&world.sponsor, &february).await;
        assert_eq!(rows(&world.cdmo, &kpi).await, ["2026-02-01 2026-02-28 SHARED_LATE"], "one signature is not both");
        sign(&world.cdmo, &february).await;
        assert_eq!(rows(&world.cdmo, &kpi).await, ["2026-02-01 2026-02-28 READY"]);
        // The second one is on 7 April: March is over by then, and not before.
        go_to(&app, "2026-03-10");
        assert_eq!(rows(&world.sponsor, &kpi).await, [""; 0]);
        go_to(&app, "2026-03-31");
        assert_eq!(rows(&world.sponsor, &kpi).await, [""; 0]);
        let march = Seed::shared("2026-03-01", "2026-03-31").with("2026-03-01", Share(8.0, 10.0)).put(&world, &kpi).await;
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2026-03-01 2026-03-31 SHARED_LATE"], "seven days before it was 7:00 UTC");
        // What is not aligned stays on the table of the next one.
        go_to(&app, "2026-04-08");
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2026-03-01 2026-03-31 NOT_ALIGNED"]);
        go_to(&app, "2026-05-04");
        let expected = ["2026-03-01 2026-03-31 NOT_ALIGNED", "2026-04-01 2026-04-30 NOT_SHARED"];
        assert_eq!(rows(&world.sponsor, &kpi).await, expected);
        sign(&world.sponsor, &march).await;
        sign(&world.cdmo, &march).await;
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2026-04-01 2026-04-30 NOT_SHARED"]);
        // A correction is another revision, which was shared later.
        let query = "query($id: ID!) { kpiDataset(id: $id) { version } }";
        let version = world.cdmo.ok(query, json!({ "id": march })).await["kpiDataset"]["version"].take();
        let correction = json!({
            "kpiDatasetId": march, "expectedVersion": version, "reason": "one came late",
            "observations": [{ "periodStart": "2026-03-01", "numerator": 7, "denominator": 10 }],
        });
        world.cdmo.mutate("correctKpiDataset", "kpiDatasetId", correction).await;
        let expected = ["2026-03-01 2026-03-31 SHARED_LATE", "2026-04-01 2026-04-30 NOT_SHARED"];
        assert_eq!(rows(&world.sponsor, &kpi).await, expected);
    }

    async fn a_review_is_as_the_version_says_that_is_valid_today(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-02-01", "review": monthly("2026-03-03") })).await;
        world.agree_definition(world.definition("OTD", json!({ "validFrom": "2026-04-01", "review": monthly("2026-04-07") }))).await;
        let next = async || {
            let document = format!(r#"{{ kpi(id: "{}") {{ nextReview {{ on definition {{ number }} }} }} }}"#, kpi.id);
            world.cdmo.ok(&document, Value::Null).await["kpi"]["nextReview"].take()
        };
        assert_eq!(next().await, json!({ "on": "2026-03-03", "definition": { "number": 1 } }));
        go_to(&app, "2026-04-01");
        assert_eq!(next().await, json!({ "on": "2026-04-07", "definition": { "number": 2 } }));
    }

    async fn what_ends_after_a_review_is_for_the_next(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-02-01", "review": monthly("2026-03-03") })).await;
        Seed::shared("2026-02-01", "2026-03-31").with("2026-02-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        // February is over, and shared with what is not.
        assert_eq!(rows(&world.sponsor, &kpi).await, [""; 0]);
        go_to(&app, "2026-03-04");
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2026-02-01 2026-03-31 NOT_ALIGNED"]);
    }

    async fn what_was_measured_by_months_is_not_missing_from_a_quarter(app: App) {
        let world = World::new(&app).await;
        let months = world.agreed_kpi(json!({ "validFrom": "2025-10-01" })).await;
        for (from, to) in [("2025-10-01", "2025-10-31"), ("2025-11-01", "2025-11-30"), ("2025-12-01", "2025-12-31")] {
            Seed::shared(from, to).with(from, Share(9.0, 10.0)).released().put(&world, &months).await;
        }
        let quarterly = json!({ "frequency": "QUARTER", "validFrom": "2026-01-01", "review": monthly("2026-03-03") });
        let kpi = world.agree_definition(world.definition("OTD", quarterly)).await;
        assert_eq!(rows(&world.sponsor, &kpi).await, ["2025-12-01 2025-12-31 READY"]);
    }

    async fn a_table_says_nothing_of_drafts(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-01-01", "review": monthly("2026-01-06") })).await;
        let of_both = async || {
            let seen = table(&world.cdmo, &kpi).await;
            assert_eq!(table(&world.sponsor, &kpi).await, seen);
            seen
        };
        let without = of_both().await;
        assert_eq!(without, json!([{
            "periodStart": "2026-02-01", "periodEnd": "2026-02-28", "readiness": "NOT_SHARED", "datasetId": null, "sharedAt": null,
        }]));
        Seed::shared("2026-02-01", "2026-02-28").draft().with("2026-02-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        assert_eq!(of_both().await, without, "not even to the party whose draft it is: both read the same table");
    }

    async fn the_reviews_of_a_relationship_come_soonest_first(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let weekly = json!({
            "recurrence": "FREQ=WEEKLY", "startsOn": "2026-03-06", "startsAt": "10:00", "timeZone": "Asia/Singapore",
            "reviewers": reviewers(),
        });
        let ended = json!({
            "recurrence": "FREQ=DAILY;COUNT=2", "startsOn": "2026-02-01", "startsAt": "10:00", "timeZone": "UTC", "reviewers": reviewers(),
        });
        let mut kpis = Vec::new();
        for (code, review) in [("LATER", monthly("2026-04-07")), ("SOON", weekly), ("OVER", ended), ("NONE", Value::Null)] {
            let definition = world.definition(code, json!({ "validFrom": "2026-02-01", "review": review, "noticeDays": 3 }));
            kpis.push(world.agree_definition(definition).await);
        }
        // A schedule that is not agreed yet is none.
        let proposal = world.definition("NONE", json!({ "review": monthly("2026-03-03") }));
        world.sponsor.mutate("proposeKpiDefinition", "kpiDefinitionId", proposal).await;
        for kpi in &kpis[..2] {
            Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(1.0, 2.0)).put(&world, kpi).await;
        }
        let reviews = async |arguments: &str, selection: &str| {
            let document = format!(r#"{{ relationship(id: "{}") {{ kpiReviews{arguments} {{ {selection} }} }} }}"#, world.relationship);
            world.sponsor.ok(&document, Value::Null).await["relationship"]["kpiReviews"].take()
        };
        let all = "nodes { on at timeZone shareBy kpi { code } definition { number } reviewers { party name role } table { readiness } } totalCount";
        app.statements();
        let seen = reviews("", all).await;
        assert_eq!(app.statements(), 5, "the relationship, versions, datasets, KPIs and definitions: however many there are");
        assert_eq!(seen, json!({ "totalCount": 2, "nodes": [
            {
                "on": "2026-03-06", "at": "2026-03-06T02:00:00+00:00", "timeZone": "Asia/Singapore",
                "shareBy": "2026-03-03T02:00:00+00:00", "kpi": { "code": "SOON" }, "definition": { "number": 1 },
                "reviewers": reviewers(), "table": [{ "readiness": "NOT_ALIGNED" }],
            },
            {
                "on": "2026-04-07", "at": "2026-04-07T07:00:00+00:00", "timeZone": "Europe/Zurich",
                "shareBy": "2026-04-04T07:00:00+00:00", "kpi": { "code": "LATER" }, "definition": { "number": 1 },
                "reviewers": reviewers(), "table": [{ "readiness": "NOT_ALIGNED" }],
            },
        ] }));
        let second = reviews("(last: 1)", "nodes { kpi { code } } pageInfo { hasPreviousPage }").await;
        assert_eq!(second, json!({ "nodes": [{ "kpi": { "code": "LATER" } }], "pageInfo": { "hasPreviousPage": true } }));
        for kpi in &kpis[2..] {
            let document = format!(r#"{{ kpi(id: "{}") {{ nextReview {{ on }} }} }}"#, kpi.id);
            assert!(world.cdmo.ok(&document, Value::Null).await["kpi"]["nextReview"].is_null());
        }
        app.pass(TimeDelta::days(4));
        assert_eq!(reviews("(first: 1)", "nodes { on }").await, json!({ "nodes": [{ "on": "2026-03-13" }] }));
    }

    async fn the_next_review_is_by_the_version_that_is_valid_then(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-02-01", "review": monthly("2026-03-03") })).await;
        let fridays = json!({
            "recurrence": "FREQ=WEEKLY", "startsOn": "2026-03-06", "startsAt": "09:00", "timeZone": "Europe/Zurich",
            "reviewers": reviewers(),
        });
        world.agree_definition(world.definition("OTD", json!({ "validFrom": "2026-04-01", "review": fridays }))).await;
        let document = format!(r#"{{ kpi(id: "{}") {{ nextReview {{ on definition {{ number }} }} }} }}"#, kpi.id);
        for (today, on, number) in [("2026-03-02", "2026-03-03", 1), ("2026-03-04", "2026-04-03", 2), ("2026-04-04", "2026-04-10", 2)] {
            go_to(&app, today);
            let seen = world.cdmo.ok(&document, Value::Null).await["kpi"]["nextReview"].take();
            assert_eq!(seen, json!({ "on": on, "definition": { "number": number } }), "{today}");
        }
    }

    async fn reviews_are_for_the_working_level(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "validFrom": "2026-02-01", "review": monthly("2026-03-03") })).await;
        Seed::shared("2026-02-01", "2026-02-28").with("2026-02-01", Share(1.0, 2.0)).released().put(&world, &kpi).await;
        let of_kpi = format!(r#"{{ kpi(id: "{}") {{ nextReview {{ table {{ readiness }} }} }} }}"#, kpi.id);
        let of_relationship =
            format!(r#"{{ relationship(id: "{}") {{ kpiReviews {{ totalCount }} }} }}"#, world.relationship);
        for scopes in ["relationships:read kpis:read-released", "relationships:read kpis:collect"] {
            let caller = app.caller("brightfill", "lea", scopes);
            for document in [&of_kpi, &of_relationship] {
                assert_eq!(caller.refused(document, Value::Null).await.scope.as_deref(), Some("kpis:read"), "{scopes}");
            }
        }
        assert_eq!(world.sponsor.ok(&of_kpi, Value::Null).await["kpi"]["nextReview"]["table"], json!([{ "readiness": "READY" }]));
        assert!(world.stranger.ok(&of_kpi, Value::Null).await["kpi"].is_null());
        assert!(world.stranger.ok(&of_relationship, Value::Null).await["relationship"].is_null());
    }
}
