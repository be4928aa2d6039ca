//! A small world to begin a test with: a sponsor, a CDMO, a stranger, and one active relationship.

use serde_json::json;

use super::{App, Caller};

/// All scopes of a working-level person who may also approve.
pub const EVERYTHING: &str = "relationships:read relationships:write relationships:approve actions:read actions:write \
     kpis:read kpis:write kpis:approve kpis:collect journal:read";

/// Two parties with a relationship, and a third organization that has nothing to do with it.
#[derive(Clone)]
pub struct World {
    pub sponsor: Caller,
    pub cdmo: Caller,
    pub stranger: Caller,
    /// The active relationship between `acme` and `brightfill`.
    pub relationship: String,
    /// A site of the sponsor and one of the CDMO, both in play.
    pub sponsor_site: String,
    pub cdmo_site: String,
}

impl World {
    /// Registers the organizations and opens the relationship.
    pub async fn new(app: &App) -> Self {
        for (handle, name) in
            [("acme", "Acme Therapeutics"), ("brightfill", "Brightfill"), ("stranger", "Stranger Pharma")]
        {
            app.operator()
                .mutate("registerOrganization", "organizationId", json!({ "handle": handle, "name": name }))
                .await;
        }
        let sponsor = app.caller("acme", "anna", EVERYTHING);
        let cdmo = app.caller("brightfill", "ben", EVERYTHING);
        let stranger = app.caller("stranger", "sam", EVERYTHING);
        let sponsor_site = create_site(&sponsor, "Basel", "CH", "Europe/Zurich").await;
        let cdmo_site = create_site(&cdmo, "Tuas", "SG", "Asia/Singapore").await;
        let proposal = json!({
            "counterparty": "brightfill", "ourParty": "SPONSOR", "name": "Fill-finish of ACM-101", "siteIds": [sponsor_site],
        });
        let proposed = sponsor.mutate("proposeRelationship", "relationship { id version }", proposal).await;
        let relationship = proposed["relationship"]["id"].as_str().expect("an id").to_owned();
        let acceptance = json!({ "relationshipId": relationship, "expectedVersion": 1, "siteIds": [cdmo_site] });
        cdmo.mutate("acceptRelationship", "relationship { state }", acceptance).await;
        Self { sponsor, cdmo, stranger, relationship, sponsor_site, cdmo_site }
    }
}

/// Names sites of a caller's organization for a relationship, as that stands.
pub async fn name_sites(caller: &Caller, relationship: &str, sites: &[&String]) {
    name(caller, relationship, "setRelationshipSites", "siteIds", sites).await;
}

/// Names contacts of a caller's organization for a relationship, as that stands.
pub async fn name_contacts(caller: &Caller, relationship: &str, contacts: &[&String]) {
    name(caller, relationship, "setRelationshipContacts", "contactIds", contacts).await;
}

async fn name(caller: &Caller, relationship: &str, mutation: &str, field: &str, ids: &[&String]) {
    let query = "query($id: ID!) { relationship(id: $id) { version } }";
    let read = caller.ok(query, json!({ "id": relationship })).await;
    let version = &read["relationship"]["version"];
    let input = json!({ "relationshipId": relationship, "expectedVersion": version, field: ids });
    caller.mutate(mutation, "relationship { id }", input).await;
}

async fn create_site(caller: &Caller, name: &str, country: &str, zone: &str) -> String {
    let input = json!({ "name": name, "country": country, "timeZone": zone });
    let payload = caller.mutate("createSite", "site { id }", input).await;
    payload["site"]["id"].as_str().expect("an id").to_owned()
}
