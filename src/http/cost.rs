//! What a client wants to know of its request's cost: nothing, what it was, or what it would be.

use async_graphql::{Value, value};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;

use super::GRAPHQL;
use super::answer::{Failure, write};

/// `report`: the answer tells the cost in `extensions.cost`.
const TELL: HeaderName = HeaderName::from_static("x-guidepost-cost");

/// `cost`: nothing is run, and the answer is the cost alone.
const DRY_RUN: HeaderName = HeaderName::from_static("x-guidepost-dry-run");

/// What is told of the cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Telling {
    Nothing,
    Beside,
    /// Nothing is run.
    Alone,
}

impl Telling {
    /// What the headers of a request ask for. What is not understood is refused: who asks for a dry run must not find
    /// that it was none.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let asks = |name: HeaderName, value: &str| match headers.get(&name) {
            None => Ok(false),
            Some(sent) if sent == value => Ok(true),
            Some(_) => {
                let message = format!("the header {name} has the value {value}, or is left out");
                Err(Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message))
            }
        };
        let beside = asks(TELL, "report")?;
        if asks(DRY_RUN, "cost")? { Ok(Self::Alone) } else { Ok(if beside { Self::Beside } else { Self::Nothing }) }
    }

    /// Refuses what a live connection cannot do: its answers are many, and a dry run must be none by mistake.
    pub(super) fn expect_nothing(headers: &HeaderMap) -> Result<(), Failure> {
        if Self::of(headers)? == Self::Nothing {
            return Ok(());
        }
        let message = format!("costs are told at {GRAPHQL}, where nothing is run if that is asked for");
        Err(Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message))
    }
}

/// `extensions.cost`: what the request costs, and what one may.
pub(super) fn told(cost: u64, most: u64) -> Value {
    value!({ "requested": cost, "limit": most })
}

/// The answer to a dry run.
pub(super) fn alone(cost: u64, most: u64) -> String {
    write(&Alone { extensions: Extensions { cost: told(cost, most) } })
}

#[derive(Serialize)]
struct Alone {
    extensions: Extensions,
}

#[derive(Serialize)]
struct Extensions {
    cost: Value,
}
