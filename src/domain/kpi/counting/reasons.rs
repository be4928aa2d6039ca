//! The reasons that a record names, against those that the parties have agreed.

use super::judge::Lack;
use crate::entity::reason_code::ReasonCode;
use crate::entity::source_record::Model;

/// What is wrong with the reasons that a record names, and with what it needs them for.
#[must_use]
pub fn check_reasons(reasons: &[ReasonCode], record: &Model) -> Vec<Lack> {
    let mut lacks = Vec::new();
    if let Some(code) = &record.reason_code
        && let Err(message) = current(reasons, code)
    {
        lacks.push(Lack::new("reasonCode", message));
    }
    if record.revised_on.is_some() {
        revision(reasons, record, &mut lacks);
    } else {
        for (field, there) in [
            ("revisionReason", record.revision_reason.is_some()),
            ("revisionConsent", record.revision_consent.is_some()),
        ] {
            if there {
                lacks.push(Lack::new(field, "must be left out: there is no revised date"));
            }
        }
    }
    lacks
}

/// A due date is revised for an agreed reason alone, and with the other party's consent.
fn revision(reasons: &[ReasonCode], record: &Model, lacks: &mut Vec<Lack>) {
    if record.agreed_on.is_none() {
        lacks.push(Lack::new("agreedOn", "is missing: a revised date takes the place of an agreed one"));
    }
    if record.revision_consent.is_none() {
        let message = "is missing: a date is revised with consent; say whose, and where it is written";
        lacks.push(Lack::new("revisionConsent", message));
    }
    let allowing = || {
        let allowing = reasons.iter().filter(|reason| reason.allows_revision && !reason.retired);
        match allowing.map(|reason| reason.code.as_str()).collect::<Vec<_>>()[..] {
            [] => "the definition has none".to_owned(),
            ref codes => format!("the definition has {}", codes.join(", ")),
        }
    };
    let wrong = match &record.revision_reason {
        None => Some(format!("is missing: a date is revised for a reason that allows it; {}", allowing())),
        Some(code) => match current(reasons, code) {
            Err(message) => Some(message),
            Ok(reason) if !reason.allows_revision => {
                Some(format!("is {code}, which does not allow a due date to be revised; {}", allowing()))
            }
            Ok(_) => None,
        },
    };
    lacks.extend(wrong.map(|message| Lack::new("revisionReason", message)));
}

/// The reason with a code, unless new records no longer name it.
fn current<'r>(reasons: &'r [ReasonCode], code: &str) -> Result<&'r ReasonCode, String> {
    match reasons.iter().find(|reason| reason.code == code) {
        None => Err(format!("is {code}, which is no reason code of the definition")),
        Some(ReasonCode { merged_into: Some(into), .. }) => {
            Err(format!("is {code}, which was merged into {into}: send that one"))
        }
        Some(reason) if reason.retired => Err(format!("is {code}, which is retired: new records no longer name it")),
        Some(reason) => Ok(reason),
    }
}
