//! Proposing: from a template or from nothing, all that a definition says, and what is wrong with it.

use guidepost::domain::kpi::catalog;
use guidepost::entity::kpi_definition::KpiDirection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{agree, propose, read, refused_fields};
use crate::harness::{Caller, Sdl, TypeOf, World, on_both_databases, text};

/// All that a definition says, as the API shows it; `code` is the KPI's.
const CONTENT: &str = "relationshipId kpi { code } template name purpose formula numerator denominator unit scale dataKind
    aggregation aggregationOverTime direction target attentionThreshold criticalThreshold frequency calendar yearStartMonth
    bySite collectingParty sourceSystem collectionMethod exclusions noticeDays validFrom: proposedValidFrom
    countingRule { ... on KpiOnTimeRule { due earliestDays latestDays inFull } }
    reasonCodes { code name family allowsRevision retired mergedInto }
    review { recurrence startsOn startsAt timeZone reviewers { party name role } }";

/// An input that says all of it.
fn full(relationship: &str) -> Value {
    json!({
        "relationshipId": relationship, "template": "OTD", "code": "OTD", "name": "On-time delivery",
        "purpose": "To find what makes deliveries late.", "formula": "In time / due × 100", "numerator": "Lines in time",
        "denominator": "Lines due", "unit": "%", "scale": 100.0, "dataKind": "SHARE", "aggregation": "RATIO_OF_SUMS",
        "aggregationOverTime": "LAST", "direction": "UP", "target": 95.5, "attentionThreshold": 90.0,
        "criticalThreshold": 90.0, "frequency": "MONTH", "calendar": "SPONSOR_FISCAL", "yearStartMonth": 4, "bySite": true,
        "collectingParty": "CDMO", "sourceSystem": "SAP EWM", "collectionMethod": "A nightly extract",
        "exclusions": "Lines that the buyer put on hold", "noticeDays": 14, "validFrom": "2026-04-01",
        "countingRule": { "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": 7, "inFull": true } },
        "reasonCodes": [
            { "code": "RAIN", "name": "Rain", "family": "NOBODY", "allowsRevision": true, "retired": true, "mergedInto": "STORM" },
            { "code": "STORM", "name": "Storms of any kind", "family": "NOBODY", "allowsRevision": true, "retired": false },
        ],
        "review": {
            "recurrence": "FREQ=MONTHLY;BYDAY=1TU", "startsOn": "2026-04-07", "startsAt": "09:00:00", "timeZone": "Europe/Zurich",
            "reviewers": [
                { "party": "SPONSOR", "name": "Anna", "role": "head of supply" },
                { "party": "CDMO", "name": "Ben", "role": "head of quality" },
            ],
        },
    })
}

/// Other words for each field, that can be said one after the other.
const OTHER: &[(&str, &str)] = &[
    ("template", r#""OTIF""#),
    ("name", r#""Delivered in time""#),
    ("purpose", r#""To deliver in time.""#),
    ("formula", r#""100 × in time / due""#),
    ("numerator", r#""Lines delivered in time""#),
    ("denominator", r#""Lines that were due""#),
    ("unit", r#""percent""#),
    ("scale", "1000.0"),
    ("countingRule", r#"{ "onTime": { "due": "REVISED", "latestDays": 7, "inFull": true } }"#),
    ("countingRule", "null"),
    ("dataKind", r#""MEASUREMENT""#),
    ("aggregation", r#""MEAN""#),
    ("aggregationOverTime", r#""SUM""#),
    ("direction", r#""DOWN""#),
    ("target", "96.5"),
    ("attentionThreshold", "85.0"),
    ("criticalThreshold", "91.0"),
    ("frequency", r#""QUARTER""#),
    ("calendar", r#""CDMO_FISCAL""#),
    ("yearStartMonth", "7"),
    ("bySite", "false"),
    ("collectingParty", r#""SPONSOR""#),
    ("sourceSystem", r#""SAP""#),
    ("collectionMethod", "null"),
    ("exclusions", r#""None""#),
    ("reasonCodes", "[]"),
    ("review", "null"),
    ("noticeDays", "0"),
    ("validFrom", r#""2026-05-01""#),
];

/// What a signature is bound to, from what is documented: without what says nothing.
fn digest(input: &Value) -> String {
    let canonical = serde_json_canonicalizer::to_string(&said(input)).expect("JSON");
    hex::encode(Sha256::digest(canonical))
}

fn said(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let said = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), self::said(value)));
            Value::Object(said.collect())
        }
        Value::Array(elements) => elements.iter().map(said).collect(),
        other => other.clone(),
    }
}

async fn template_of(caller: &Caller, code: &str) -> Value {
    let query = "query($code: String!) { kpiTemplate(code: $code) {
        name formula numerator denominator unit scale dataKind aggregation direction frequency
    } }";
    caller.ok(query, json!({ "code": code })).await["kpiTemplate"].clone()
}

on_both_databases! {
    async fn a_template_says_what_is_left_out(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let input = json!({ "relationshipId": world.relationship, "template": "pqcr", "purpose": "To learn from complaints." });
        let selection = "name formula numerator denominator unit scale dataKind aggregation direction frequency";
        let proposed = propose(&world.cdmo, input).await;
        assert_eq!(read(&world.sponsor, &proposed, selection).await, template_of(&world.sponsor, "PQCR").await);
        let rest = "template collectingParty target sourceSystem noticeDays bySite countingRule { __typename } kpi { code }";
        assert_eq!(read(&world.sponsor, &proposed, rest).await, json!({
            "template": "PQCR", "collectingParty": "SPONSOR", "noticeDays": 7, "bySite": false, "kpi": { "code": "PQCR" },
            // What the parties choose is not taken from the catalog unasked.
            "target": null, "sourceSystem": null, "countingRule": null,
        }));
        // A unit of one's own comes with a scale of its own.
        let input = json!({
            "relationshipId": world.relationship, "template": "PQCR", "code": "complaints", "name": "Complaints",
            "purpose": "To learn from complaints.", "unit": "per lot", "frequency": "MONTH", "collectingParty": "CDMO",
            "direction": "NEAR_TARGET", "target": 0.5, "denominator": "Lots shipped", "formula": "Complaints / lots",
            "aggregation": "MEAN", "dataKind": "MEASUREMENT", "numerator": "Complaints",
        });
        let proposed = propose(&world.cdmo, input.clone()).await;
        let fields = "name unit frequency collectingParty direction target denominator formula aggregation dataKind numerator";
        let seen = read(&world.sponsor, &proposed, fields).await;
        for (field, value) in seen.as_object().expect("an object") {
            assert_eq!(*value, input[field], "{field}");
        }
        assert_eq!(read(&world.sponsor, &proposed, "scale template kpi { code }").await, json!({ "scale": 1.0, "template": "PQCR", "kpi": { "code": "COMPLAINTS" } }));
    }

    async fn what_a_template_says_of_the_value_is_taken_only_where_that_is_so(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let template = template_of(&world.sponsor, "OTD").await;
        let otd = |changes: Value| {
            let mut input = json!({
                "relationshipId": world.relationship, "template": "OTD", "purpose": "To learn.", "collectingParty": "CDMO",
            });
            let Value::Object(changes) = changes else { panic!("changes are an object") };
            input.as_object_mut().expect("an object").extend(changes);
            input
        };
        let rule = |latest: i32| json!({ "onTime": { "due": "REVISED", "earliestDays": 14, "latestDays": latest, "inFull": false } });
        let seen = async |changes: Value| {
            let proposed = propose(&world.sponsor, otd(changes)).await;
            read(&world.cdmo, &proposed, "formula numerator denominator dataKind").await
        };
        // The template's own window: all of it is true.
        let all = seen(json!({ "countingRule": rule(7) })).await;
        for field in ["formula", "numerator", "denominator", "dataKind"] {
            assert_eq!(all[field], template[field], "{field}");
        }
        let scaled = seen(json!({ "unit": "ppm", "scale": 1e6 })).await;
        assert_eq!((&scaled["formula"], &scaled["numerator"]), (&Value::Null, &template["numerator"]), "the formula multiplies by 100");
        // Another window, or another way to make one value: the parties say what that is.
        let refused = async |changes: Value| {
            let mut fields: Vec<String> = refused_fields(&world.sponsor, otd(changes)).await.into_iter().map(|(field, _)| field).collect();
            fields.sort_unstable();
            fields
        };
        assert_eq!(refused(json!({ "countingRule": rule(0) })).await, ["denominator", "numerator"]);
        assert_eq!(refused(json!({ "aggregation": "SUM" })).await, ["numerator"]);
        let message = refused_fields(&world.sponsor, otd(json!({ "aggregation": "SUM" }))).await.remove(0).1;
        assert!(message.contains("another aggregation or counting rule"), "{message}");
        let summed = seen(json!({ "aggregation": "SUM", "numerator": "Lines in time" })).await;
        assert_eq!(summed, json!({ "formula": null, "numerator": "Lines in time", "denominator": null, "dataKind": null }));
        let other = seen(json!({ "countingRule": rule(0), "numerator": "Lines in time", "denominator": "Lines due" })).await;
        assert_eq!(other, json!({ "formula": null, "numerator": "Lines in time", "denominator": "Lines due", "dataKind": "SHARE" }));
    }

    async fn every_template_can_be_proposed_with_its_rule(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        for template in catalog::templates() {
            let party = template.collecting_party().is_none().then_some("SPONSOR");
            let target = template.target.or((template.direction == KpiDirection::NearTarget).then_some(80.0));
            let input = json!({
                "relationshipId": world.relationship, "template": template.code, "purpose": "To learn.", "target": target,
                "collectingParty": party, "countingRule": template.counting_rule,
            });
            let proposed = propose(&world.sponsor, input).await;
            let seen = read(&world.cdmo, &proposed, "template numerator countingRule { __typename }").await;
            assert_eq!(seen["numerator"], template.numerator);
            assert_eq!(seen["countingRule"].is_null(), template.counting_rule.is_none(), "{}", template.code);
        }
    }

    async fn without_a_template_all_that_is_missing_is_told_at_once(app: App) {
        let world = World::new(&app).await;
        let fields = async |input: Value| {
            let refused = refused_fields(&world.sponsor, input).await;
            let mut fields: Vec<String> = refused.into_iter().map(|(field, _)| field).collect();
            fields.sort_unstable();
            fields
        };
        let input = json!({ "relationshipId": world.relationship, "purpose": "To learn." });
        assert_eq!(fields(input.clone()).await, ["aggregation", "code", "collectingParty", "direction", "frequency", "name", "numerator", "unit"]);
        let mut unknown = input.clone();
        unknown["template"] = json!("NONE");
        let message = refused_fields(&world.sponsor, unknown).await.into_iter().find(|(field, _)| field == "template");
        assert!(message.is_some_and(|(_, message)| message.contains("kpiCatalog lists them")));
        // The parties say who collects where the catalog leaves it to them, and what to be near to.
        let mut template = input;
        template["template"] = json!("BIAS");
        assert_eq!(fields(template.clone()).await, ["target"]);
        template["template"] = json!("OTD");
        assert_eq!(fields(template.clone()).await, ["collectingParty"]);
        template["code"] = json!("");
        assert_eq!(fields(template).await, ["code", "collectingParty"]);
    }

    async fn all_that_was_proposed_comes_back(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let input = full(&world.relationship);
        let proposed = propose(&world.sponsor, input.clone()).await;
        let mut expected = input.clone();
        expected["countingRule"] = input["countingRule"]["onTime"].clone();
        expected["reasonCodes"][1]["mergedInto"] = Value::Null;
        expected["kpi"] = json!({ "code": "OTD" });
        expected.as_object_mut().expect("an object").remove("code");
        assert_eq!(read(&world.cdmo, &proposed, CONTENT).await, expected);
        assert_eq!(proposed["digest"], digest(&input), "the digest is that of what was sent");
    }

    async fn the_digest_is_that_of_what_is_shown_to_be_signed(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let short = world.definition("RFT", json!({}));
        for input in [full(&world.relationship), short] {
            let proposed = propose(&world.sponsor, input.clone()).await;
            let mut expected = said(&input);
            for (field, usual) in [("noticeDays", json!(7)), ("bySite", json!(false)), ("scale", json!(100.0))] {
                expected[field] = Some(&expected[field]).filter(|sent| !sent.is_null()).cloned().unwrap_or(usual);
            }
            let agreed = agree(&world, &proposed).await;
            for version in [&proposed, &agreed] {
                let seen = read(&world.cdmo, version, "signedContent digest").await;
                let signed = text(&seen["signedContent"]);
                assert_eq!(seen["digest"], hex::encode(Sha256::digest(&signed)));
                assert_eq!(signed, serde_json_canonicalizer::to_string(&expected).expect("JSON"));
            }
            // What was signed in another form is not shown in this one.
            let set_digest = async |digest: &str| {
                let id = app.sql_id(&text(&proposed["id"]));
                app.by_hand(&format!("UPDATE kpi_definition SET digest = '{digest}' WHERE id = {id}")).await;
            };
            set_digest(&"0".repeat(64)).await;
            assert!(read(&world.cdmo, &proposed, "signedContent").await["signedContent"].is_null());
            set_digest(&text(&proposed["digest"])).await;
        }
    }

    async fn each_field_is_part_of_what_is_signed(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let mut input = full(&world.relationship);
        let first = propose(&world.sponsor, input.clone()).await;
        let mut digests = vec![first["digest"].clone()];
        for (field, other) in OTHER {
            input[*field] = serde_json::from_str(other).expect("JSON");
            let proposed = propose(&world.sponsor, input.clone()).await;
            // An empty list says as much as none.
            let mut signed = input.clone();
            signed["reasonCodes"] = Some(&input["reasonCodes"]).filter(|codes| **codes != json!([])).cloned().into();
            assert_eq!(proposed["digest"], digest(&signed), "{field}");
            assert!(!digests.contains(&proposed["digest"]), "{field} changes no digest");
            digests.push(proposed["digest"].clone());
            let changes = read(&world.cdmo, &proposed, "changes { field }").await["changes"].clone();
            assert_eq!(changes, json!([{ "field": field }]));
        }
        let mut fields: Vec<&str> = OTHER.iter().map(|(field, _)| *field).chain(["relationshipId", "code"]).collect();
        fields.dedup();
        let sdl = Sdl::of_service();
        let TypeOf::Input { fields: known } = sdl.get(&sdl.mutation("proposeKpiDefinition").argument("input").name) else { unreachable!() };
        for field in known {
            assert!(fields.contains(&field.name.as_str()), "say here another {}", field.name);
        }
    }

    async fn all_invalid_fields_are_told_at_once(app: App) {
        let world = World::new(&app).await;
        let input = world.definition("2 LATE", json!({
            "relationshipId": world.sponsor_site, "name": "", "purpose": " ", "numerator": "x".repeat(2001), "denominator": null,
            "unit": "x".repeat(41), "scale": 0.0, "direction": "NEAR_TARGET", "target": null, "noticeDays": 91,
            "sourceSystem": "x".repeat(201),
        }));
        let refusals = world.sponsor.mutation_refusals("proposeKpiDefinition", input).await;
        assert!(refusals.iter().all(|refusal| refusal.code == "BAD_USER_INPUT"), "{refusals:?}");
        let mut fields: Vec<_> = refusals.iter().filter_map(|refusal| refusal.field.as_deref()).collect();
        fields.sort_unstable();
        assert_eq!(fields, [
            "input.code", "input.denominator", "input.name", "input.noticeDays", "input.numerator", "input.purpose",
            "input.relationshipId", "input.scale", "input.sourceSystem", "input.target", "input.unit",
        ]);
        for (field, value) in [("collectingParty", json!("NEITHER")), ("frequency", json!("FORTNIGHT")), ("target", json!("high")), ("purpose", Value::Null)] {
            let input = world.definition("OTD", json!({ field: value }));
            assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input).await.code, "BAD_USER_INPUT", "{field}");
        }
        let input = world.definition("OTD", json!({ "scale": -1.0 }));
        assert_eq!(world.sponsor.mutation_refused("proposeKpiDefinition", input).await.field.as_deref(), Some("input.scale"));
    }
}
