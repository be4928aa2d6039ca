//! What both parties agreed of a chart stands in its picture: the phases with their reasons, and what is left out and why.

use serde_json::json;

use super::get;
use crate::harness::Seen::Value;
use crate::harness::{Seed, World, on_both_databases};

const BASIS: &str = "kpiChartBasis { id digest }";

on_both_databases! {
    async fn the_reasons_of_phases_are_written_and_become_no_markup(app: App) {
        let world = World::new(&app).await;
        let plain = json!({ "frequency": "DAY", "aggregation": "MEAN", "denominator": null, "target": null, "dataKind": "MEASUREMENT" });
        let kpi = world.agreed_kpi(plain).await;
        let seed = (1..=30).fold(Seed::shared("2025-01-01", "2025-01-30"), |seed, day| {
            let level = if day < 16 { 50.0 } else { 80.0 };
            seed.with(&format!("2025-01-{day:02}"), Value(level + f64::from(day % 3)))
        });
        seed.put(&world, &kpi).await;
        let path = format!("/charts/{}.svg?width=1600", kpi.id);
        let before = get(&app.router, &path, &world.cdmo).await.picture();
        let basis = json!({
            "kpiId": kpi.id,
            "phases": [
                { "startsOn": "2025-01-01", "reason": "A & B" },
                { "startsOn": "2025-01-16", "reason": "<b>\"New\"</b> line" },
            ],
            "exclusions": [{ "periodStart": "2025-01-10", "reason": "a <power> cut" }],
        });
        let proposed = world.sponsor.mutate("proposeKpiChartBasis", BASIS, basis).await["kpiChartBasis"].take();
        assert_eq!(get(&app.router, &path, &world.cdmo).await.picture(), before, "until both agree");
        let agreement = json!({ "kpiChartBasisId": proposed["id"], "digest": proposed["digest"] });
        for party in [&world.sponsor, &world.cdmo] {
            party.mutate("agreeKpiChartBasis", BASIS, agreement.clone()).await;
        }
        let picture = get(&app.router, &path, &world.cdmo).await.picture();
        for reason in ["A &amp; B", "&lt;b&gt;&quot;New&quot;&lt;/b&gt; line", "left out of the limits: a &lt;power&gt; cut"] {
            assert!(picture.contains(reason) && !before.contains(reason), "{reason} in {picture}");
        }
        // Both stand in the picture itself, and not in its description alone.
        let texts: Vec<&str> = picture.split("<text").skip(1).filter_map(|text| text.split("</text>").next()).collect();
        for reason in ["A &amp; B", "&lt;b&gt;"] {
            assert!(texts.iter().any(|text| text.contains(reason)), "{reason} in {texts:?}");
        }
        assert!(roxmltree::Document::parse(&picture).is_ok_and(|picture| picture.descendants().all(|node| !node.has_tag_name("b"))));
        // A part of it has the lines and the words of the phases that are in it.
        let part = get(&app.router, &format!("{path}&from=2025-01-20"), &world.cdmo).await.picture();
        let lines = [r#"class="centre""#, r#"class="limit""#, "&lt;b&gt;"];
        assert!(lines.iter().all(|line| part.contains(line)) && !part.contains("A &amp; B"), "{part}");
        // Leadership reads of neither, before anything is released.
        let leadership = app.caller("acme", "helen", "kpis:read-released");
        assert_eq!(get(&app.router, &path, &leadership).await.refusal().0, 404);
    }
}
