//! The demo's relationships: each sponsor works with each CDMO, on work of its own.

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::cast::{BRIGHTWATER, Cast, Company, LARKFIELD, MERIDIAN, NOVESSA, Part};
use super::catalog::{DRUG_SUBSTANCE, FILLING, Kpi};
use super::companies::Companies;
use crate::domain::relationship as relationships;
use crate::domain::relationship::{named, scope_of_work, state};
use crate::entity::party::Party;
use crate::error::Result;
use crate::id::{MilestoneId, RelationshipId, ScopeOfWorkId};

/// What a relationship is about.
pub(super) struct Program {
    pub(super) sponsor: &'static Company,
    pub(super) cdmo: &'static Company,
    /// What is made, in a word.
    pub(super) product: &'static str,
    /// The eight KPIs that it measures.
    pub(super) kpis: &'static [&'static Kpi; 8],
    name: &'static str,
    description: &'static str,
    scope: &'static str,
    milestones: [&'static str; 3],
}

pub(super) static PROGRAMS: [Program; 4] = [
    Program {
        sponsor: &LARKFIELD,
        cdmo: &BRIGHTWATER,
        product: "LRK-214",
        kpis: &DRUG_SUBSTANCE,
        name: "LRK-214 drug substance",
        description: "Commercial drug substance of LRK-214, a monoclonal antibody: 24 batches a year from Tuas, with Cork as second site.",
        scope: "Second site at Cork",
        milestones: ["Engineering batches", "Process performance qualification", "Comparability report"],
    },
    Program {
        sponsor: &LARKFIELD,
        cdmo: &MERIDIAN,
        product: "LRK-214",
        kpis: &FILLING,
        name: "LRK-214 fill and finish",
        description: "Aseptic filling of LRK-214 in pre-filled syringes at Parma; labeling for Asia at Hyderabad.",
        scope: "Syringe line 3 at Parma",
        milestones: ["Media fills", "Validation batches", "First commercial batch"],
    },
    Program {
        sponsor: &NOVESSA,
        cdmo: &BRIGHTWATER,
        product: "NVS-07",
        kpis: &DRUG_SUBSTANCE,
        name: "NVS-07 clinical supply",
        description: "Process development at Durham and clinical drug substance of NVS-07 from Cork, up to phase 3.",
        scope: "Phase 3 process",
        milestones: ["Cell bank release", "Scale-up to 2,000 L", "Phase 3 batches"],
    },
    Program {
        sponsor: &NOVESSA,
        cdmo: &MERIDIAN,
        product: "hospital injectables",
        kpis: &FILLING,
        name: "Hospital injectables",
        description: "Twelve generic injectables for hospitals, filled at Hyderabad and Parma under one quality agreement.",
        scope: "Transfer of three products to Hyderabad",
        milestones: ["Analytical transfer", "Stability batches", "Variation approved"],
    },
];

impl Program {
    /// The company on a side.
    pub(super) const fn company(&self, party: Party) -> &'static Company {
        match party {
            Party::Sponsor => self.sponsor,
            Party::Cdmo => self.cdmo,
        }
    }
}

/// The four relationships, in the order of [`PROGRAMS`].
pub(super) struct Relationships {
    pub(super) ids: Vec<RelationshipId>,
    pub(super) milestones: Vec<MilestoneId>,
}

/// Proposes and accepts the relationships, names sites and contacts, agrees the first scope of work. The milestones
/// are planned from `start` on.
pub(super) async fn build(cast: &Cast, companies: &Companies, start: NaiveDate) -> Result<Relationships> {
    let mut built = Relationships { ids: Vec::new(), milestones: Vec::new() };
    for program in &PROGRAMS {
        let (sponsor, cdmo) = (program.sponsor, program.cdmo);
        let proposal = json!({
            "counterparty": cdmo.handle, "ourParty": "SPONSOR",
            "name": program.name, "description": program.description,
        });
        let id = cast.act((sponsor, Part::Working), relationships::propose, proposal).await?;
        let acceptance = json!({ "relationshipId": id.to_string(), "expectedVersion": 1 });
        cast.act((cdmo, Part::Approver), state::accept, acceptance).await?;
        let sites = json!({ "relationshipId": id.to_string(), "expectedVersion": 2, "siteIds": companies.sites(cdmo) });
        cast.act((cdmo, Part::Working), named::sites, sites).await?;
        for (company, version) in [(sponsor, 3), (cdmo, 4)] {
            let contacts = companies.contacts(company);
            let contacts =
                json!({ "relationshipId": id.to_string(), "expectedVersion": version, "contactIds": contacts });
            cast.act((company, Part::Working), named::contacts, contacts).await?;
        }
        built.milestones.extend(agree_scope_of_work(cast, program, id, start).await?);
        built.ids.push(id);
    }
    Ok(built)
}

async fn agree_scope_of_work(
    cast: &Cast,
    program: &Program,
    relationship: RelationshipId,
    start: NaiveDate,
) -> Result<Vec<MilestoneId>> {
    let proposal = json!({
        "relationshipId": relationship.to_string(), "name": program.scope,
        "startsOn": start, "endsOn": start + Days::new(3 * 365),
    });
    let id = cast.act((program.sponsor, Part::Working), scope_of_work::propose, proposal).await?;
    let milestones = plan(cast, program, id, start).await?;
    let agreement = json!({ "scopeOfWorkId": id.to_string(), "expectedVersion": 1 + milestones.len() });
    cast.act((program.cdmo, Part::Approver), scope_of_work::agree, agreement).await?;
    Ok(milestones)
}

/// Milestones a little less than a year apart: the first reached late, the second on time, the third to come.
async fn plan(cast: &Cast, program: &Program, scope: ScopeOfWorkId, start: NaiveDate) -> Result<Vec<MilestoneId>> {
    let mut ids = Vec::new();
    for (name, days) in program.milestones.into_iter().zip([200, 520, 860]) {
        let milestone =
            json!({ "scopeOfWorkId": scope.to_string(), "name": name, "plannedOn": start + Days::new(days) });
        ids.push(cast.act((program.sponsor, Part::Working), scope_of_work::create_milestone, milestone).await?);
    }
    Ok(ids)
}

/// What became of the milestones, told at the end of the demo's two years; and the one relationship that is paused.
pub(super) async fn conclude(
    cast: &Cast,
    ids: &[RelationshipId],
    milestones: &[MilestoneId],
    start: NaiveDate,
) -> Result<()> {
    for (program, milestones) in PROGRAMS.iter().zip(milestones.chunks(3)) {
        let whats = [
            json!({ "actualOn": start + Days::new(221) }),
            json!({ "actualOn": start + Days::new(518) }),
            json!({ "forecastOn": start + Days::new(881) }),
        ];
        for (id, mut input) in milestones.iter().zip(whats) {
            input["milestoneId"] = json!(id.to_string());
            input["expectedVersion"] = json!(1);
            cast.act((program.cdmo, Part::Working), scope_of_work::update_milestone, input).await?;
        }
    }
    let (program, id) = (&PROGRAMS[2], ids[2]);
    let pause = json!({
        "relationshipId": id.to_string(), "expectedVersion": 5,
        "reason": "Clinical hold on NVS-07 until the authority has answered; the work under way is completed.",
    });
    cast.act((program.sponsor, Part::Approver), state::pause, pause).await?;
    Ok(())
}
