//! What limits rest on is proposed and agreed by both parties (T3, T7, T14), and must fit together and the data.

use super::*;
use crate::harness::on_both_databases;

/// How a proposal is refused: each field, without `input.`, and what is said of it.
async fn refused(world: &World, kpi: &AgreedKpi, changes: Value) -> Vec<(String, String)> {
    let refusals = world.sponsor.mutation_refusals("proposeKpiChartBasis", basis(kpi, changes)).await;
    named(refusals)
        .into_iter()
        .map(|(field, message)| (field.trim_start_matches("input.").to_owned(), message))
        .collect()
}

/// Asserts that just these fields are refused, each with these words.
fn assert_fields(refused: &[(String, String)], expected: &[(&str, &str)]) {
    assert_eq!(refused.len(), expected.len(), "{refused:?}");
    for ((field, message), (expected, words)) in refused.iter().zip(expected) {
        assert!(field == expected && message.contains(words), "{field}: {message}");
    }
}

on_both_databases! {
    async fn limits_rest_on_what_both_parties_agreed(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let mut values = nist();
        values.extend([60.0, 61.0, 60.5].map(|value| Some(Measured(value))));
        days(&world, &kpi, &values).await;
        let input = basis(&kpi, json!({
            "ruleSet": "NELSON",
            "phases": [
                { "startsOn": "2025-01-01", "reason": "The beginning.", "baseline": { "from": "2025-01-01", "to": "2025-01-10" } },
                { "startsOn": "2025-01-11", "reason": "The new filter." },
            ],
            "exclusions": [{ "periodStart": "2025-01-12", "reason": "A power cut." }],
        }));
        let proposed = propose(&world.sponsor, input.clone()).await;
        assert_eq!((&proposed["number"], &proposed["state"], &proposed["proposedBy"]), (&json!(1), &json!("PROPOSED"), &json!("SPONSOR")));
        assert_eq!(propose(&world.cdmo, input).await["id"], proposed["id"], "the same once more changes nothing");
        let half = world.cdmo.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await["kpiChartBasis"].take();
        assert_eq!((&half["state"], half["signatures"]["nodes"].as_array().map(Vec::len)), (&json!("PROPOSED"), Some(1)));
        assert_eq!(chart(&world.sponsor, &kpi, "").await["phases"].as_array().map(Vec::len), Some(1), "until both agree");
        let agreed = world.sponsor.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await["kpiChartBasis"].take();
        assert_eq!(agreed["state"], "AGREED");
        assert_eq!(agreed["signatures"]["nodes"][0]["meaning"], "We agree that the limits of this KPI's control chart rest on this.");
        let chart = chart(&world.sponsor, &kpi, "").await;
        assert_eq!(chart["ruleSet"], "NELSON");
        assert_eq!(chart["phases"], json!([
            { "startsOn": "2025-01-01", "reason": "The beginning.", "baseline": { "from": "2025-01-01", "to": "2025-01-10" }, "pointsBehindLimits": 10, "trial": true, "sigmaZ": null },
            { "startsOn": "2025-01-11", "reason": "The new filter.", "baseline": null, "pointsBehindLimits": 0, "trial": true, "sigmaZ": null },
        ]));
        assert_eq!(chart["points"][11]["excludedReason"], "A power cut.");
        // An excluded point and its neighbour still have a range, which no limits rest on: none are left here.
        assert_eq!((&chart["points"][11]["value"], &chart["points"][10]["centre"]), (&json!(61.0), &Value::Null));
    }

    async fn a_window_shows_the_phases_that_are_in_it(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        days(&world, &kpi, &nist()).await;
        let phase = |start: &str, reason: &str| json!({ "startsOn": start, "reason": reason });
        let phases = [phase("2025-01-04", "One."), phase("2025-01-07", "Two.")];
        agree(&world, basis(&kpi, json!({ "phases": phases }))).await;
        let all = chart(&world.sponsor, &kpi, "").await;
        assert_eq!(Value::from(column(&all, "phase")), json!([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]));
        let part = chart(&world.sponsor, &kpi, r#"from: "2025-01-06", to: "2025-01-08""#).await;
        assert_eq!(Value::from(column(&part, "phase")), json!([0, 1, 1]));
        let starts: Vec<_> = part["phases"].as_array().expect("phases").iter().map(|phase| (&phase["startsOn"], &phase["reason"])).collect();
        assert_eq!(starts, [(&json!("2025-01-04"), &json!("One.")), (&json!("2025-01-07"), &json!("Two."))]);
    }

    async fn a_phase_without_a_period_has_no_place(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let months = ["2025-01-01", "2025-02-01", "2025-03-01"];
        let empty = Seed::shared("2025-01-01", "2025-03-31");
        months.iter().fold(empty, |seed, month| seed.with(month, Share(9.0, 10.0))).put(&world, &kpi).await;
        // No month begins between the first two; the last begins later.
        let phases = ["2025-01-10", "2025-01-20", "2025-06-01"].map(|start| json!({ "startsOn": start, "reason": start }));
        agree(&world, basis(&kpi, json!({ "phases": phases }))).await;
        let drawn = chart(&world.sponsor, &kpi, "").await;
        let placed: Vec<_> = drawn["phases"].as_array().expect("phases").iter().map(|phase| (&phase["startsOn"], &phase["reason"])).collect();
        assert_eq!(placed, [(&json!("2025-01-01"), &Value::Null), (&json!("2025-02-01"), &json!("2025-01-20"))]);
        assert_eq!(Value::from(column(&drawn, "phase")), json!([0, 1, 1]));
    }

    async fn there_are_so_many_phases_and_exclusions_and_no_more(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let kpi = measured_daily(&world, "FLOW").await;
        let day = |number: usize| NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day") + Days::new(number as u64);
        let phases = |number: usize| (0..number).map(|number| json!({ "startsOn": day(number), "reason": "So." })).collect::<Vec<_>>();
        let points = |number: usize| (0..number).map(|number| json!({ "periodStart": day(number), "reason": "So." })).collect::<Vec<_>>();
        let most = propose(&world.sponsor, basis(&kpi, json!({ "phases": phases(100), "exclusions": points(200) }))).await;
        assert_eq!(most["state"], "PROPOSED");
        let more = json!({ "phases": phases(101), "exclusions": points(201) });
        assert_fields(&refused(&world, &kpi, more).await, &[("phases", "at most 100"), ("exclusions", "at most 200")]);
    }

    async fn nobody_agrees_for_both_and_machines_never(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let proposed = propose(&world.sponsor, basis(&kpi, json!({ "ruleSet": "NELSON" }))).await;
        world.sponsor.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await;
        let both_hats = app.caller("brightfill", "anna", "kpis:approve");
        assert_eq!(both_hats.mutation_refused("agreeKpiChartBasis", agreement(&proposed)).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        let other = json!({ "kpiChartBasisId": proposed["id"], "digest": "0".repeat(64) });
        assert_eq!(world.cdmo.mutation_refused("agreeKpiChartBasis", other).await.code, "CONFLICT");
        let robot = app.caller("brightfill", "erp", "kpis:collect kpis:read kpis:write");
        let refusal = robot.mutation_refused("agreeKpiChartBasis", agreement(&proposed)).await;
        assert_eq!((&*refusal.code, refusal.scope.as_deref()), ("FORBIDDEN", Some("kpis:approve")));
        world.cdmo.mutate("agreeKpiChartBasis", BASIS, agreement(&proposed)).await;
        assert_eq!(world.cdmo.mutation_refused("agreeKpiChartBasis", agreement(&proposed)).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
    }

    async fn a_proposal_is_countered_rejected_or_withdrawn(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let first = agree(&world, basis(&kpi, json!({ "ruleSet": "NELSON" }))).await;
        let second = propose(&world.sponsor, basis(&kpi, json!({ "ruleSet": "NHS" }))).await;
        assert_eq!(second["changes"], json!([{ "field": "ruleSet", "before": "NELSON", "after": "NHS" }]));
        let third = propose(&world.cdmo, basis(&kpi, json!({ "chartType": "XMR", "ruleSet": "NHS" }))).await;
        assert_eq!(third["changes"], json!([{ "field": "chartType", "before": null, "after": "XMR" }]));
        let answer = |basis: &Value| json!({ "kpiChartBasisId": basis["id"], "reason": "Too few points yet." });
        assert_eq!(world.sponsor.mutation_refused("withdrawKpiChartBasis", answer(&third)).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert_eq!(world.cdmo.mutation_refused("rejectKpiChartBasis", answer(&third)).await.by_rule(), ("FAILED_PRECONDITION", "T7"));
        assert_eq!(world.sponsor.mutation_refused("withdrawKpiChartBasis", answer(&second)).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        let rejected = world.sponsor.mutate("rejectKpiChartBasis", BASIS, answer(&third)).await["kpiChartBasis"].take();
        assert_eq!((&rejected["state"], &rejected["closedReason"]), (&json!("REJECTED"), &json!("Too few points yet.")));
        let fourth = agree(&world, basis(&kpi, json!({}))).await;
        let query = "query($id: ID!) { kpi(id: $id) { chartBasis { id } chartBasisProposal { id } chartBases { nodes { id state } totalCount } } }";
        let seen = world.cdmo.ok(query, json!({ "id": kpi.id })).await["kpi"].take();
        assert_eq!((&seen["chartBasis"]["id"], &seen["chartBasisProposal"]), (&fourth["id"], &Value::Null));
        assert_eq!(seen["chartBases"], json!({ "totalCount": 4, "nodes": [
            { "id": first["id"], "state": "SUPERSEDED" }, { "id": second["id"], "state": "REPLACED" },
            { "id": third["id"], "state": "REJECTED" }, { "id": fourth["id"], "state": "AGREED" },
        ] }));
        let fifth = propose(&world.cdmo, basis(&kpi, json!({ "ruleSet": "ANHOEJ" }))).await;
        let withdrawn = world.cdmo.mutate("withdrawKpiChartBasis", BASIS, answer(&fifth)).await["kpiChartBasis"].take();
        assert_eq!(withdrawn["state"], "WITHDRAWN");
        // Each is closed by who did so: the sponsor rejected one, the CDMO took one back.
        for party in ["SPONSOR", "CDMO"] {
            let closed = format!("SELECT COUNT(*) FROM kpi_chart_basis WHERE closed_by = '{party}'");
            assert_eq!(app.count(&closed).await, 1, "{party}");
        }
    }

    async fn what_does_not_fit_together_is_told_by_field(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({})).await;
        let overlapping = json!({ "phases": [{ "startsOn": "2025-02-01", "reason": "One." }, { "startsOn": "2025-02-01", "reason": "Two." }, { "startsOn": "2025-01-01", "reason": "Three." }] });
        assert_fields(&refused(&world, &kpi, overlapping).await, &[("phases[1].startsOn", "must not overlap"), ("phases[2].startsOn", "must not overlap")]);
        let outside = json!({ "phases": [
            { "startsOn": "2025-02-01", "reason": "One.", "baseline": { "from": "2025-01-01", "to": "2025-05-01" } },
            { "startsOn": "2025-03-01", "reason": " ", "baseline": { "from": "2025-06-01", "to": "2025-05-01" } },
        ] });
        assert_fields(&refused(&world, &kpi, outside).await, &[
            ("phases[1].baseline.to", "ends before it starts"), ("phases[1].reason", "empty"),
            ("phases[0].baseline.from", "outside of its phase"), ("phases[0].baseline.to", "to the day before 2025-03-01"),
        ]);
        let points = json!({ "exclusions": [
            { "periodStart": "2025-01-15", "reason": "No month begins then." },
            { "periodStart": "2025-02-01", "siteId": world.cdmo_site, "reason": "Not by site." },
        ] });
        assert_fields(&refused(&world, &kpi, points).await, &[("exclusions[0].periodStart", "a calendar month"), ("exclusions[1].siteId", "not by site")]);
        let twice = json!({ "exclusions": [{ "periodStart": "2025-02-01", "reason": "Once." }, { "periodStart": "2025-02-01", "reason": "Twice." }] });
        assert_fields(&refused(&world, &kpi, twice).await, &[("exclusions[1].periodStart", "once")]);
    }

    async fn a_site_must_be_in_play(app: App) {
        let world = World::new(&app).await;
        let kpi = world.agreed_kpi(json!({ "bySite": true })).await;
        let exclusion = |site: &str| json!({ "exclusions": [{ "periodStart": "2025-02-01", "siteId": site, "reason": "A strike." }] });
        let unknown = "site_01h455vb4pex5vsknk084sn02q";
        assert_fields(&refused(&world, &kpi, exclusion(unknown)).await, &[("exclusions[0].siteId", "no site in play")]);
        agree(&world, basis(&kpi, exclusion(&world.cdmo_site))).await;
        let months = Seed::shared("2025-02-01", "2025-02-28");
        months.at(&world.cdmo_site, "2025-02-01", Share(9.0, 10.0)).at(&world.sponsor_site, "2025-02-01", Share(9.0, 10.0)).put(&world, &kpi).await;
        for (arguments, reason) in [(String::new(), Value::Null), (format!("siteId: {:?}", world.cdmo_site), json!("A strike.")), (format!("siteId: {:?}", world.sponsor_site), Value::Null)] {
            assert_eq!(column(&chart(&world.sponsor, &kpi, &arguments).await, "excludedReason"), [reason], "{arguments}");
        }
        // What is left out without a site is left out at each.
        agree(&world, basis(&kpi, json!({ "exclusions": [{ "periodStart": "2025-02-01", "reason": "The shutdown." }] }))).await;
        for arguments in [String::new(), format!("siteId: {:?}", world.cdmo_site)] {
            assert_eq!(column(&chart(&world.cdmo, &kpi, &arguments).await, "excludedReason"), [json!("The shutdown.")], "{arguments}");
        }
    }

    async fn a_chart_that_does_not_fit_is_refused_before_it_is_signed(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let values = measured_daily(&world, "FLOW").await;
        assert_fields(&refused(&world, &values, json!({ "chartType": "P" })).await, &[("chartType", "aggregated by MEAN")]);
        let shares = shares_daily(&world, "LAR").await;
        // Nothing is measured yet: it may come to fit.
        let early = agree(&world, basis(&shares, json!({ "chartType": "NP" }))).await;
        assert_eq!(early["state"], "AGREED");
        days(&world, &shares, &[Some(Share(9.0, 10.0)), Some(Share(18.0, 20.0)), None]).await;
        let drawn = chart(&world.sponsor, &shares, "").await;
        assert_eq!(drawn["chartType"], "P", "the agreed one cannot be made any more");
        assert!(drawn["misfit"].as_str().expect("why").contains("the same size throughout"), "{}", drawn["misfit"]);
        assert_fields(&refused(&world, &shares, json!({ "chartType": "NP", "ruleSet": "NHS" })).await, &[("chartType", "the p chart fits")]);
        let empty = json!({ "phases": [{ "startsOn": "2025-01-01", "reason": "Begin.", "baseline": { "from": "2025-01-03", "to": "2025-01-03" } }] });
        assert_fields(&refused(&world, &shares, empty).await, &[("phases[0].baseline", "no point of its baseline")]);
        let later = json!({ "phases": [{ "startsOn": "2025-01-01", "reason": "Begin.", "baseline": { "from": "2025-01-03", "to": "2025-01-30" } }] });
        assert_eq!(propose(&world.sponsor, basis(&shares, later)).await["state"], "PROPOSED", "its end is still to come");
    }

    async fn what_is_not_defined_has_no_basis(app: App) {
        let world = World::new(&app).await;
        world.sign_charter().await;
        let proposed = world.sponsor.mutate("proposeKpiDefinition", "kpiDefinition { kpi { id } }", world.definition("OTD", json!({}))).await;
        let kpi = AgreedKpi { id: text(&proposed["kpiDefinition"]["kpi"]["id"]), definition: String::new() };
        assert_eq!(world.sponsor.mutation_refused("proposeKpiChartBasis", basis(&kpi, json!({}))).await.by_rule(), ("FAILED_PRECONDITION", "T3"));
        assert_eq!(world.stranger.mutation_refused("proposeKpiChartBasis", basis(&kpi, json!({}))).await.code, "NOT_FOUND");
    }
}
