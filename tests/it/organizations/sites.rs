//! Sites: what may be said of one, and by whom.

use serde_json::json;

use super::{create, fields, read, unknown};
use crate::harness::{World, on_both_databases};

const SITE: &str = "name country timeZone workingHours { weekday opens closes } holidays { date name } languages \
     capabilities version";

on_both_databases! {
    async fn what_is_left_out_of_an_update_stays(app: App) {
        let world = World::new(&app).await;
        let input = json!({
            "name": " Visp ", "country": "CH", "timeZone": "Europe/Zurich",
            "workingHours": [
                { "weekday": "MONDAY", "opens": "08:00:00", "closes": "12:00:00" },
                { "weekday": "MONDAY", "opens": "12:00:00", "closes": "17:30:00" },
            ],
            "holidays": [{ "date": "2026-08-01", "name": "National Day" }],
            "languages": ["de-CH", "en"], "capabilities": ["sterile fill-finish"],
        });
        let site = create(&world.sponsor, "createSite", "site", input).await;
        let mut expected = json!({
            "name": "Visp", "country": "CH", "timeZone": "Europe/Zurich",
            "workingHours": [
                { "weekday": "MONDAY", "opens": "08:00:00", "closes": "12:00:00" },
                { "weekday": "MONDAY", "opens": "12:00:00", "closes": "17:30:00" },
            ],
            "holidays": [{ "date": "2026-08-01", "name": "National Day" }],
            "languages": ["de-CH", "en"], "capabilities": ["sterile fill-finish"], "version": 1,
        });
        assert_eq!(read(&world.sponsor, "Site", &site, SITE).await, expected);
        let change = json!({ "siteId": site, "expectedVersion": 1, "name": "Visp North", "languages": [] });
        world.sponsor.mutate("updateSite", "site { id }", change.clone()).await;
        expected["name"] = "Visp North".into();
        expected["languages"] = json!([]);
        expected["version"] = 2.into();
        assert_eq!(read(&world.sponsor, "Site", &site, SITE).await, expected);
        let stale = world.sponsor.mutation_refused("updateSite", change).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(2)));
        // A name cannot be cleared, which is something else than leaving it out.
        let cleared = json!({ "siteId": site, "expectedVersion": 2, "name": null, "timeZone": null });
        let refusals = world.sponsor.mutation_refusals("updateSite", cleared).await;
        assert_eq!(fields(&refusals), ["input.name", "input.timeZone"]);
        assert_eq!(read(&world.sponsor, "Site", &site, SITE).await, expected);
    }

    async fn all_that_is_wrong_is_named_at_once(app: App) {
        let world = World::new(&app).await;
        let wrong = json!({
            "name": "x".repeat(201), "country": "Ireland", "timeZone": "Europe/Atlantis",
            "workingHours": [
                { "weekday": "MONDAY", "opens": "08:00:00", "closes": "12:00:00" },
                { "weekday": "MONDAY", "opens": "11:59:00", "closes": "17:00:00" },
                { "weekday": "TUESDAY", "opens": "22:00:00", "closes": "06:00:00" },
                { "weekday": "WEDNESDAY", "opens": "08:00:00", "closes": "12:00:00" },
            ],
            "holidays": [{ "date": "1899-12-25", "name": "" }],
            "languages": ["en", "not a tag"], "capabilities": ["x".repeat(201)],
        });
        let expected = [
            "input.name", "input.country", "input.timeZone", "input.workingHours[1]", "input.workingHours[2]",
            "input.holidays[0].date", "input.holidays[0].name", "input.languages[1]", "input.capabilities[0]",
        ];
        let before = app.count("SELECT COUNT(*) FROM site").await;
        assert_eq!(fields(&world.sponsor.mutation_refusals("createSite", wrong.clone()).await), expected);
        assert_eq!(app.count("SELECT COUNT(*) FROM site").await, before);
        let mut change = wrong;
        change["siteId"] = world.sponsor_site.clone().into();
        change["expectedVersion"] = 1.into();
        assert_eq!(fields(&world.sponsor.mutation_refusals("updateSite", change).await), expected);
        let site = read(&world.sponsor, "Site", &world.sponsor_site, "name version").await;
        assert_eq!(site, json!({ "name": "Basel", "version": 1 }));
    }

    async fn a_value_of_another_shape_is_told_what_was_expected(app: App) {
        let world = World::new(&app).await;
        let site = |changed: &str, value: serde_json::Value| {
            let mut input = json!({
                "name": "Visp", "country": "CH", "timeZone": "Europe/Zurich",
                "workingHours": [{ "weekday": "MONDAY", "opens": "08:00", "closes": "12:00:00" }],
                "holidays": [{ "date": "2026-08-01", "name": "National Day" }, { "date": "2026-12-25", "name": "Christmas" }],
            });
            *input.pointer_mut(changed).expect("the field is there") = value;
            input
        };
        for (changed, value, message) in [
            ("/holidays/1/date", json!("2026-02-30"), "input.holidays[1].date: must be a calendar date, as 2026-03-02"),
            ("/holidays/0/date", json!("1 August"), "input.holidays[0].date: must be a calendar date, as 2026-03-02"),
            ("/workingHours/0/opens", json!("25:00"), "input.workingHours[0].opens: must be a time of day, as 08:30 or 08:30:00"),
            ("/timeZone", json!(1), "input.timeZone: must be an IANA time zone, as Europe/Dublin"),
        ] {
            let refusal = world.sponsor.mutation_refused("createSite", site(changed, value)).await;
            assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("BAD_USER_INPUT", message));
            assert_eq!(refusal.field.as_deref(), message.split_once(':').map(|(field, _)| field));
        }
        let right = create(&world.sponsor, "createSite", "site", site("/name", json!("Visp"))).await;
        let read = read(&world.sponsor, "Site", &right, "workingHours { opens closes }").await;
        assert_eq!(read["workingHours"], json!([{ "opens": "08:00:00", "closes": "12:00:00" }]));
    }

    async fn lists_have_their_limits(app: App) {
        let world = World::new(&app).await;
        let holiday = json!({ "date": "2026-12-25", "name": "Christmas" });
        let hours: Vec<_> = (0..22)
            .map(|n| json!({ "weekday": "FRIDAY", "opens": format!("{n:02}:00:00"), "closes": format!("{n:02}:30:00") }))
            .collect();
        let input = json!({
            "name": "Cork", "country": "IE", "timeZone": "Europe/Dublin", "workingHours": hours,
            "holidays": vec![holiday; 367], "languages": vec!["en"; 21], "capabilities": vec!["filling"; 101],
        });
        let refusals = world.sponsor.mutation_refusals("createSite", input).await;
        assert_eq!(fields(&refusals), ["input.workingHours", "input.holidays", "input.languages", "input.capabilities"]);
    }

    async fn only_the_own_organization_changes_a_site(app: App) {
        let world = World::new(&app).await;
        let hidden = json!({ "name": "Secret", "country": "SG", "timeZone": "Asia/Singapore" });
        let hidden = create(&world.cdmo, "createSite", "site", hidden).await;
        let change = |id: &str| json!({ "siteId": id, "expectedVersion": 1, "name": "Ours" });
        // Another's site that is not in play is refused in the very words of one that never was.
        let (other, never) = (world.sponsor.mutation_refused("updateSite", change(&hidden)).await, unknown("site"));
        assert_eq!(other.code, "NOT_FOUND");
        assert_eq!(other, world.sponsor.mutation_refused("updateSite", change(&never)).await);
        let in_play = world.sponsor.mutation_refused("updateSite", change(&world.cdmo_site)).await;
        assert_eq!(in_play.code, "NOT_FOUND");
        assert_eq!(read(&world.cdmo, "Site", &world.cdmo_site, "name version").await, json!({ "name": "Tuas", "version": 1 }));
        let kind = world.sponsor.mutation_refused("updateSite", change(&world.relationship)).await;
        assert_eq!((kind.code.as_str(), kind.field.as_deref()), ("BAD_USER_INPUT", Some("input.siteId")));
    }
}
