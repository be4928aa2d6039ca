//! The organizations of the whole world, their relationship, and what it is about.

use serde_json::json;

use super::{Shared, type_of};
use crate::harness::{Sdl, name_contacts};

/// A party's word for itself in the names of its objects, its country and its time zone.
const PARTIES: [(&str, &str, &str); 2] = [("sponsor", "CH", "Europe/Zurich"), ("CDMO", "SG", "Asia/Singapore")];

/// The names under which the objects of a party are kept.
const NAMES: &[(&str, &str, &str)] = &[
    ("site", "sponsor's site", "CDMO's site"),
    ("private site", "sponsor's private site", "CDMO's private site"),
    ("contact", "sponsor's contact", "CDMO's contact"),
    ("private contact", "sponsor's private contact", "CDMO's private contact"),
];

fn name_of(party: &str, object: &str) -> &'static str {
    let (_, sponsors, cdmos) = NAMES.iter().find(|(of, ..)| *of == object).expect("a known object");
    if party == "CDMO" { cdmos } else { sponsors }
}

impl Shared {
    /// Sites and contacts of both: of each, one for the relationship and one that is nobody else's affair. The
    /// contact for the relationship works at the private site, and the private contact stands in for them.
    pub(super) async fn organizations(&mut self, mark: &str) {
        for (party, country, zone) in PARTIES {
            let author = self.side(party).author.clone();
            for (object, words) in [("site", "Works"), ("private site", "Secret works")] {
                let site = json!({
                    "name": format!("{words} {mark}"), "country": country, "timeZone": zone, "languages": ["en"],
                    "workingHours": [{ "weekday": "MONDAY", "opens": "08:00:00", "closes": "17:00:00" }],
                    "holidays": [{ "date": "2026-12-25", "name": mark }], "capabilities": [mark],
                });
                self.make(name_of(party, object), &author, "createSite", "site", site).await;
            }
            for (object, words) in [("private contact", "Secret contact"), ("contact", "Contact")] {
                let mut contact = json!({
                    "name": format!("{words} {mark}"), "role": "quality", "email": format!("{mark}@example.com"),
                    "phone": mark, "subject": format!("subject {mark}"), "validFrom": "2026-01-01", "validTo": "2027-01-01",
                    "siteId": self.id(name_of(party, "private site")),
                    "away": [{ "from": "2026-08-01", "to": "2026-08-14" }],
                });
                if object == "contact" {
                    contact["backupContactId"] = self.id(name_of(party, "private contact")).into();
                }
                self.make(name_of(party, object), &author, "createContact", "contact", contact).await;
            }
        }
    }

    /// The relationship, described, active, with what each side names for it.
    pub(super) async fn relationship(&mut self, mark: &str) {
        let (sponsor, cdmo) = (self.sponsor.clone(), self.cdmo.clone());
        let proposal = json!({
            "counterparty": cdmo.handle, "ourParty": "SPONSOR", "name": format!("Relationship {mark}"),
            "description": mark, "siteIds": [self.id("sponsor's site")],
        });
        let id = self.make("relationship", &sponsor.author, "proposeRelationship", "relationship", proposal).await;
        let acceptance = json!({ "relationshipId": id, "expectedVersion": 1, "siteIds": [self.id("CDMO's site")] });
        cdmo.approver.mutate("acceptRelationship", "relationship { id }", acceptance).await;
        for (party, ..) in PARTIES {
            name_contacts(&self.side(party).author, &id, &[&self.ids[name_of(party, "contact")]]).await;
        }
        self.scopes_of_work(mark).await;
    }

    async fn scopes_of_work(&mut self, mark: &str) {
        let (sponsor, cdmo) = (self.sponsor.clone(), self.cdmo.clone());
        for (name, is_agreed) in [("scope of work, proposed by the sponsor", false), ("scope of work, agreed", true)] {
            let scope = json!({
                "relationshipId": self.id("relationship"), "name": format!("{name} {mark}"), "description": mark,
                "startsOn": "2026-01-01", "endsOn": "2026-12-31",
            });
            let id = self.make(name, &sponsor.author, "proposeScopeOfWork", "scopeOfWork", scope).await;
            if is_agreed {
                let milestone = json!({
                    "scopeOfWorkId": id, "name": format!("First batch {mark}"), "plannedOn": "2026-02-01",
                    "forecastOn": "2026-02-08",
                });
                let milestone =
                    self.make("milestone", &sponsor.author, "createMilestone", "milestone", milestone).await;
                let agreement = json!({ "scopeOfWorkId": id, "expectedVersion": 2 });
                cdmo.approver.mutate("agreeScopeOfWork", "scopeOfWork { id }", agreement).await;
                let reached = json!({ "milestoneId": milestone, "expectedVersion": 1, "actualOn": "2026-02-09" });
                cdmo.author.mutate("updateMilestone", "milestone { id }", reached).await;
            }
        }
    }

    /// What the ERP of each party calls the relationship; and what the CDMO's calls everything else.
    pub(super) async fn references(&self, mark: &str) {
        let has_references =
            |ty: &str| Sdl::of_service().fields(ty).iter().any(|field| field.name == "externalReferences");
        for (name, id) in &self.ids {
            let ty = type_of(id).expect("a type");
            if *name == "relationship" || !has_references(ty) || name.starts_with("sponsor's private") {
                continue;
            }
            let reference = json!({ "objectId": id, "system": format!("MES {mark}"), "externalId": id });
            self.cdmo.author.mutate("setExternalReference", "externalReference { id }", reference).await;
        }
        for side in [&self.sponsor, &self.cdmo] {
            let id = self.id("relationship");
            let reference = json!({ "objectId": id, "system": format!("ERP {mark}"), "externalId": side.handle });
            side.author.mutate("setExternalReference", "externalReference { id }", reference).await;
        }
    }
}
