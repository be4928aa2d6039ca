//! Registering organizations, and renaming one's own.

use serde_json::json;

use super::fields;
use crate::harness::{EVERYTHING, World, on_both_databases};

on_both_databases! {
    async fn the_operator_registers_organizations(app: App) {
        let operator = app.operator();
        let acme = json!({ "handle": "acme-2", "name": "  Acme Therapeutics " });
        let payload = operator.mutate("registerOrganization", "organizationId", acme.clone()).await;
        let query = "{ viewer { organization { id handle name version } } }";
        let seen = app.caller("acme-2", "anna", "relationships:read").ok(query, json!({})).await;
        let expected = json!({ "id": payload["organizationId"], "handle": "acme-2", "name": "Acme Therapeutics", "version": 1 });
        assert_eq!(seen["viewer"]["organization"], expected);
        let again = operator.mutation_refused("registerOrganization", acme.clone()).await;
        assert_eq!(again.code, "CONFLICT");
        assert!(again.message.contains("handle"), "{}", again.message);
        for input in [
            json!({ "handle": "Acme", "name": "Acme" }),
            json!({ "handle": "2acme", "name": "Acme" }),
            json!({ "handle": "acme-", "name": "Acme" }),
            json!({ "handle": "a", "name": "Acme" }),
            json!({ "handle": "a".repeat(64), "name": "Acme" }),
        ] {
            assert_eq!(fields(&operator.mutation_refusals("registerOrganization", input).await), ["input.handle"]);
        }
        let wrong = json!({ "handle": "acme therapeutics", "name": "x".repeat(201) });
        assert_eq!(fields(&operator.mutation_refusals("registerOrganization", wrong).await), ["input.handle", "input.name"]);
        let refusal = app.caller("acme-2", "anna", EVERYTHING).mutation_refused("registerOrganization", acme).await;
        assert_eq!((refusal.code.as_str(), refusal.scope.as_deref()), ("FORBIDDEN", Some("admin")));
    }

    async fn an_organization_renames_itself(app: App) {
        let world = World::new(&app).await;
        let rename = |version: i32, name: &str| json!({ "expectedVersion": version, "name": name });
        let selection = "organization { handle name version }";
        let renamed = world.sponsor.mutate("updateOrganization", selection, rename(1, "Acme Bio")).await;
        assert_eq!(renamed["organization"], json!({ "handle": "acme", "name": "Acme Bio", "version": 2 }));
        let stale = world.sponsor.mutation_refused("updateOrganization", rename(1, "Acme")).await;
        assert_eq!((stale.code.as_str(), stale.current_version), ("CONFLICT", Some(2)));
        let refusals = world.sponsor.mutation_refusals("updateOrganization", rename(2, " ")).await;
        assert_eq!(fields(&refusals), ["input.name"]);
        // The counterparty reads the name, and neither the version nor the date.
        let query = "query($id: ID!) { relationship(id: $id) { counterparty { name version createdAt } } }";
        let seen = world.cdmo.ok(query, json!({ "id": world.relationship })).await;
        assert_eq!(seen["relationship"]["counterparty"], json!({ "name": "Acme Bio", "version": null, "createdAt": null }));
        // The operator acts for no organization, whatever scopes it has.
        assert_eq!(app.operator().mutation_refused("updateOrganization", rename(2, "Ours")).await.code, "FORBIDDEN");
    }
}
