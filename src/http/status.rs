//! The HTTP status of what became of a GraphQL request.

use axum::http::StatusCode;

use super::answer::GraphqlType;
use crate::config::StatusProfile;

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// Its body is not JSON.
    Unreadable,
    /// It is JSON, but no GraphQL request.
    Misshapen,
    /// Its document cannot be parsed.
    Unparsable,
    /// Its document is not valid, has no such operation, is over a limit, or does not fit its variables.
    Refused,
    /// It was executed.
    Executed {
        /// A field of it failed.
        with_errors: bool,
    },
}

/// Not registered, and read as 200 by who does not know it.
const PARTIAL_SUCCESS: u16 = 294;

/// The status for an outcome.
pub(super) fn status(profile: StatusProfile, asked: GraphqlType, outcome: Outcome) -> StatusCode {
    match profile {
        StatusProfile::Compatible => compatible(asked, outcome),
        StatusProfile::September2026 => september_2026(outcome),
    }
}

/// The media type of an answer with this status. Newer clients know a GraphQL response by it, whatever the status; that
/// JSON is one can be told by a status 2xx alone.
pub(super) fn media_type(profile: StatusProfile, asked: GraphqlType, status: StatusCode) -> GraphqlType {
    match profile {
        StatusProfile::September2026 if !status.is_success() => GraphqlType::GraphqlResponse,
        _ => asked,
    }
}

/// What the audits of `graphql-http` ask for. `application/json` has 200 for whatever is a GraphQL request.
const fn compatible(asked: GraphqlType, outcome: Outcome) -> StatusCode {
    match (outcome, asked) {
        (Outcome::Unreadable | Outcome::Misshapen, _)
        | (Outcome::Unparsable | Outcome::Refused, GraphqlType::GraphqlResponse) => StatusCode::BAD_REQUEST,
        (Outcome::Unparsable | Outcome::Refused, GraphqlType::Json) | (Outcome::Executed { .. }, _) => StatusCode::OK,
    }
}

/// What the edition of September 2026 asks for.
fn september_2026(outcome: Outcome) -> StatusCode {
    match outcome {
        Outcome::Unreadable | Outcome::Unparsable => StatusCode::BAD_REQUEST,
        Outcome::Misshapen | Outcome::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Executed { with_errors: true } => {
            StatusCode::from_u16(PARTIAL_SUCCESS).expect("three digits are a status")
        }
        Outcome::Executed { with_errors: false } => StatusCode::OK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_status() {
        use GraphqlType::{GraphqlResponse, Json};
        let executed = |with_errors| Outcome::Executed { with_errors };
        for (outcome, compatible_json, compatible, september) in [
            (Outcome::Unreadable, 400, 400, 400),
            (Outcome::Misshapen, 400, 400, 422),
            (Outcome::Unparsable, 200, 400, 400),
            (Outcome::Refused, 200, 400, 422),
            (executed(true), 200, 200, 294),
            (executed(false), 200, 200, 200),
        ] {
            let told = |profile, asked| {
                let status = status(profile, asked, outcome);
                (status.as_u16(), media_type(profile, asked, status))
            };
            let by_audits = |asked| told(StatusProfile::Compatible, asked);
            assert_eq!(by_audits(Json), (compatible_json, Json), "{outcome:?}");
            assert_eq!(by_audits(GraphqlResponse), (compatible, GraphqlResponse), "{outcome:?}");
            let by_edition = |asked| told(StatusProfile::September2026, asked);
            assert_eq!(by_edition(Json), (september, if september < 300 { Json } else { GraphqlResponse }));
            assert_eq!(by_edition(GraphqlResponse), (september, GraphqlResponse), "{outcome:?}");
        }
    }
}
