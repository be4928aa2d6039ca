//! The demo's companies: two sponsors, two CDMOs with five sites on three continents, and an outsider.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::cast::{BRIGHTWATER, COMPANIES, Cast, Company, LARKFIELD, MERIDIAN, NOVESSA, Part};
use crate::domain::organization;
use crate::domain::organization::{contact, site};
use crate::error::Result;
use crate::id::{ContactId, OrganizationId, SiteId};

/// What the rest of the demo refers to.
#[derive(Default)]
pub(super) struct Companies {
    pub(super) organizations: Vec<(&'static str, OrganizationId)>,
    sites: Vec<(&'static str, SiteId)>,
    contacts: Vec<(&'static str, ContactId)>,
}

impl Companies {
    /// The sites of a company.
    pub(super) fn sites(&self, company: &Company) -> Vec<String> {
        of(&self.sites, company)
    }

    /// The contacts of a company; the first does the daily work.
    pub(super) fn contacts(&self, company: &Company) -> Vec<String> {
        of(&self.contacts, company)
    }
}

fn of<Id: ToString>(all: &[(&'static str, Id)], company: &Company) -> Vec<String> {
    all.iter().filter(|(handle, _)| *handle == company.handle).map(|(_, id)| id.to_string()).collect()
}

/// A site as its company describes it.
struct Site {
    company: &'static Company,
    name: &'static str,
    country: &'static str,
    time_zone: &'static str,
    /// The first and last hour of each working day.
    hours: (u32, u32),
    languages: &'static [&'static str],
    capabilities: &'static [&'static str],
    /// Public holidays that fall on the same day each year: month, day, name.
    holidays: &'static [(u32, u32, &'static str)],
}

static SITES: [Site; 5] = [
    Site {
        company: &BRIGHTWATER,
        name: "Cork",
        country: "IE",
        time_zone: "Europe/Dublin",
        hours: (8, 17),
        languages: &["en", "ga"],
        capabilities: &["mammalian cell culture, 4 x 2,000 L", "purification", "QC release testing"],
        holidays: &[
            (1, 1, "New Year's Day"),
            (3, 17, "Saint Patrick's Day"),
            (12, 25, "Christmas Day"),
            (12, 26, "Saint Stephen's Day"),
        ],
    },
    Site {
        company: &BRIGHTWATER,
        name: "Tuas",
        country: "SG",
        time_zone: "Asia/Singapore",
        hours: (8, 18),
        languages: &["en", "zh", "ms"],
        capabilities: &["mammalian cell culture, 6 x 12,000 L", "purification"],
        holidays: &[(1, 1, "New Year's Day"), (5, 1, "Labour Day"), (8, 9, "National Day"), (12, 25, "Christmas Day")],
    },
    Site {
        company: &BRIGHTWATER,
        name: "Durham",
        country: "US",
        time_zone: "America/New_York",
        hours: (8, 17),
        languages: &["en", "es"],
        capabilities: &["process development", "analytical development", "pilot plant, 500 L"],
        holidays: &[
            (1, 1, "New Year's Day"),
            (7, 4, "Independence Day"),
            (11, 11, "Veterans Day"),
            (12, 25, "Christmas Day"),
        ],
    },
    Site {
        company: &MERIDIAN,
        name: "Parma",
        country: "IT",
        time_zone: "Europe/Rome",
        hours: (7, 16),
        languages: &["it", "en"],
        capabilities: &["aseptic filling of vials and syringes", "lyophilization", "visual inspection"],
        holidays: &[(1, 1, "Capodanno"), (4, 25, "Festa della Liberazione"), (8, 15, "Ferragosto"), (12, 25, "Natale")],
    },
    Site {
        company: &MERIDIAN,
        name: "Hyderabad",
        country: "IN",
        time_zone: "Asia/Kolkata",
        hours: (9, 18),
        languages: &["en", "te", "hi"],
        capabilities: &["aseptic filling of vials", "labeling and packaging", "cold storage"],
        holidays: &[(1, 26, "Republic Day"), (8, 15, "Independence Day"), (10, 2, "Gandhi Jayanti")],
    },
];

/// A contact: company, name, role, the part that they play, their site.
type Contact = (&'static Company, &'static str, &'static str, Option<Part>, Option<&'static str>);

static CONTACTS: [Contact; 12] = [
    (&LARKFIELD, "Anna Keller", "external manufacturing lead", Some(Part::Working), None),
    (&LARKFIELD, "Tomas Lindqvist", "head of quality", Some(Part::Approver), None),
    (&LARKFIELD, "Mira Sato", "supply planner", None, None),
    (&NOVESSA, "Julia Marques", "CMC project manager", Some(Part::Working), None),
    (&NOVESSA, "Peter Novak", "qualified person", Some(Part::Approver), None),
    (&NOVESSA, "Lena Fischer", "demand planner", None, None),
    (&BRIGHTWATER, "Aoife Brennan", "client program manager", Some(Part::Working), Some("Cork")),
    (&BRIGHTWATER, "Wei Tan", "site quality head", Some(Part::Approver), Some("Tuas")),
    (&BRIGHTWATER, "Marcus Reed", "process development scientist", None, Some("Durham")),
    (&MERIDIAN, "Luca Ferrari", "filling line manager", Some(Part::Working), Some("Parma")),
    (&MERIDIAN, "Priya Raman", "head of quality assurance", Some(Part::Approver), Some("Hyderabad")),
    (&MERIDIAN, "Giulia Conti", "customer service", None, Some("Parma")),
];

/// Registers the companies and lets each describe itself. `today` says which years' holidays it lists.
pub(super) async fn build(cast: &mut Cast, today: NaiveDate) -> Result<Companies> {
    let mut companies = Companies::default();
    for company in COMPANIES {
        let input = json!({ "handle": company.handle, "name": company.name });
        let id = cast.operate(organization::register, input).await?;
        cast.join(company, id);
        companies.organizations.push((company.handle, id));
    }
    let mut site_ids = Vec::new();
    for site in &SITES {
        let id = cast.act((site.company, Part::Working), site::create, site.input(today)).await?;
        companies.sites.push((site.company.handle, id));
        site_ids.push((site.name, id));
    }
    for (company, name, role, part, site) in &CONTACTS {
        let site = site_ids.iter().find(|(name, _)| Some(*name) == *site).map(|(_, id)| id.to_string());
        let mail = name.to_lowercase().replace(' ', ".");
        let input = json!({
            "name": name,
            "role": role,
            "email": format!("{mail}@{}.example", company.handle),
            "subject": part.map(|part| company.subject(part)),
            "siteId": site,
            "backupContactId": companies.contacts(company).first(),
        });
        let id = cast.act((company, Part::Working), contact::create, input).await?;
        companies.contacts.push((company.handle, id));
    }
    Ok(companies)
}

impl Site {
    fn input(&self, today: NaiveDate) -> Value {
        let (opens, closes) = self.hours;
        let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"];
        let hours = weekdays.map(|weekday| {
            json!({ "weekday": weekday, "opens": format!("{opens:02}:00:00"), "closes": format!("{closes:02}:00:00") })
        });
        let years = today.year() - 2..=today.year() + 1;
        let holidays = years.flat_map(|year| {
            self.holidays
                .iter()
                .map(move |(month, day, name)| json!({ "date": format!("{year}-{month:02}-{day:02}"), "name": name }))
        });
        json!({
            "name": self.name,
            "country": self.country,
            "timeZone": self.time_zone,
            "workingHours": hours,
            "holidays": holidays.collect::<Vec<_>>(),
            "languages": self.languages,
            "capabilities": self.capabilities,
        })
    }
}
