//! Tokens for the demo: one for each kind of caller.

use chrono::{DateTime, TimeDelta, Utc};

use super::cast::{BRIGHTWATER, LARKFIELD, OUTSIDER, OUTSIDER_SCOPES, Part};
use crate::access::token::sign_development_token;

/// How long they are good.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// One caller's token.
#[derive(Clone, Debug)]
pub struct DemoToken {
    /// What kind of caller it is for, as `sponsorApprover`.
    pub name: String,
    /// Who that is, and what the token is good for.
    pub holder: String,
    /// The token itself.
    pub token: String,
}

/// The tokens of the first sponsor's and the first CDMO's people, of an outsider and of the operator.
#[must_use]
pub fn sign_tokens(now: DateTime<Utc>) -> Vec<DemoToken> {
    let mut tokens = Vec::new();
    for (side, company) in [("sponsor", &LARKFIELD), ("cdmo", &BRIGHTWATER)] {
        for part in Part::ALL {
            let (suffix, does) = in_words(part);
            let subject = company.subject(part);
            tokens.push(DemoToken {
                name: format!("{side}{suffix}"),
                holder: format!("{subject} of {}: {does}", company.name),
                token: sign_development_token(Some(company.handle), subject, part.scopes(), now, LIFETIME),
            });
        }
    }
    let subject = OUTSIDER.subject(Part::Working);
    tokens.push(DemoToken {
        name: "outsider".to_owned(),
        holder: format!("{subject} of {}: every scope, and no relationship", OUTSIDER.name),
        token: sign_development_token(Some(OUTSIDER.handle), subject, OUTSIDER_SCOPES, now, LIFETIME),
    });
    tokens.push(DemoToken {
        name: "operator".to_owned(),
        holder: "who runs the service: registers organizations, reads no relationship".to_owned(),
        token: sign_development_token(None, "operator", "admin", now, LIFETIME),
    });
    tokens
}

const fn in_words(part: Part) -> (&'static str, &'static str) {
    match part {
        Part::Working => ("", "working level, reads and writes"),
        Part::Approver => ("Approver", "signs for the company"),
        Part::Leadership => ("Leadership", "reads released KPIs only"),
        Part::Robot => ("Robot", "opens drafts and records observations, nothing else"),
    }
}
