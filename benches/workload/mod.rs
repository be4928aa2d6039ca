//! The five workloads: what is asked, by whom, and how much of the processors it may cost.

use chrono::{Days, TimeDelta};
use guidepost::clock::Clock;
use guidepost::db::page::{Listed, places_of};
use guidepost::entity::observation::{self, NO_SITE};
use guidepost::entity::party::Party;
use guidepost::id::{ActionItemId, KpiDatasetId, RelationshipId};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use crate::dataset::shape::{ACTION_ITEMS_EACH, DAYS_OF_A_DRAFT, KPIS_EACH, Shape, first_day, id, scattered};

/// The callers take turns, so that nothing is answered from what was kept for the one before.
pub(crate) const CALLERS: usize = 64;

/// The issuer of the callers' tokens.
pub(crate) const ISSUER: &str = "https://id.bench.example";
/// Whom the tokens are for.
pub(crate) const AUDIENCE: &str = "https://guidepost.bench.example";

const SCOPES: &str = "relationships:read actions:read actions:write kpis:read kpis:write kpis:collect";

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Workload {
    /// W1: one action item by id, with both parties' names.
    Point,
    /// W2: 20 relationships with both parties, open action items, datasets and their last observations.
    Board,
    /// W3: 1,000 observations of a relationship by date.
    Page,
    /// W4: 500 observations into a draft that has them already, each with another value.
    Push,
    /// W5: one new action item.
    Create,
}

impl Workload {
    pub(crate) const ALL: [Self; 5] = [Self::Point, Self::Board, Self::Page, Self::Push, Self::Create];

    /// Its name in tables and on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Point => "W1",
            Self::Board => "W2",
            Self::Page => "W3",
            Self::Push => "W4",
            Self::Create => "W5",
        }
    }

    const fn document(self) -> &'static str {
        match self {
            Self::Point => include_str!("../documents/point.graphql"),
            Self::Board => include_str!("../documents/board.graphql"),
            Self::Page => include_str!("../documents/page.graphql"),
            Self::Push => include_str!("../documents/push.graphql"),
            Self::Create => include_str!("../documents/create.graphql"),
        }
    }
}

/// One request, ready to be sent.
pub(crate) struct Request {
    /// The bearer token.
    pub(crate) token: String,
    /// The body, in JSON.
    pub(crate) body: String,
}

/// Makes the requests of all callers.
pub(crate) struct Requests {
    shape: Shape,
    tokens: Vec<String>,
}

impl Requests {
    pub(crate) fn new(shape: Shape) -> Self {
        let key = include_bytes!("../../tests/keys/ed25519.private.pem");
        let key = EncodingKey::from_ed_pem(key).expect("the tests' key");
        let tokens = (0..CALLERS).map(|caller| token(&key, &shape.handle(caller % shape.hubs()), caller)).collect();
        Self { shape, tokens }
    }

    /// The `nth` request of a workload.
    pub(crate) fn request(&self, workload: Workload, nth: usize) -> Request {
        let (caller, turn) = (nth % CALLERS, nth / CALLERS);
        let hub = caller % self.shape.hubs();
        let variables = match workload {
            Workload::Point => self.point(hub, turn),
            Workload::Board => json!({ "open": ["PROPOSED", "OPEN", "IN_PROGRESS"] }),
            Workload::Page => self.page(hub, turn),
            Workload::Push => self.push(hub, caller / self.shape.hubs(), turn),
            Workload::Create => self.create(hub, turn),
        };
        let body = json!({ "query": workload.document(), "variables": variables }).to_string();
        Request { token: self.tokens[caller].clone(), body }
    }

    fn point(&self, hub: usize, turn: usize) -> Value {
        let relationship = self.shape.relationship_of(hub, turn);
        let nth = usize::try_from(scattered(turn) % ACTION_ITEMS_EACH as u64).expect("a small number");
        let item: ActionItemId = id(self.shape.row_of(relationship, nth));
        json!({ "id": item })
    }

    /// From the beginning and, the next time, after the first twelve days: 1,000 observations either way.
    fn page(&self, hub: usize, turn: usize) -> Value {
        let relationship = self.shape.relationship_of(hub, turn / 2);
        let after = (turn % 2 == 1).then(|| {
            let last: KpiDatasetId = id(self.shape.row_of(relationship, KPIS_EACH - 1));
            let key = observation::Entity::sort_key(());
            let values = vec![(first_day(0) + Days::new(11)).into(), last.into(), NO_SITE.into()];
            places_of(&key, std::iter::once(values))[0].cursor()
        });
        let relationship: RelationshipId = id(relationship);
        json!({ "relationship": relationship, "after": after })
    }

    /// Each caller has a draft that no other writes to; its values are others each time.
    fn push(&self, hub: usize, nth: usize, turn: usize) -> Value {
        let relationship = self.shape.relationship_of(hub, nth);
        let draft = self.shape.draft_of(relationship, self.shape.party_of(hub));
        let observations = (0..DAYS_OF_A_DRAFT).map(|day| {
            json!({
                "periodStart": first_day(1) + Days::new(day as u64),
                "numerator": 100 + (turn + day) % 100,
                "denominator": 200,
                "sourceRecord": format!("report {day}"),
            })
        });
        json!({ "input": { "kpiDatasetId": draft, "observations": observations.collect::<Vec<_>>() } })
    }

    fn create(&self, hub: usize, turn: usize) -> Value {
        let relationship: RelationshipId = id(self.shape.relationship_of(hub, turn));
        json!({
            "input": {
                "relationshipId": relationship,
                "owner": if turn.is_multiple_of(2) { Party::Sponsor } else { Party::Cdmo },
                "title": format!("Send the retained samples of lot {turn}"),
                "description": "As agreed in the weekly call, with the certificate of analysis.",
                "dueOn": "2027-01-15",
                "labels": ["quality"],
            }
        })
    }
}

/// Panics unless a body is that of an answer without errors.
pub(crate) fn expect_answered(workload: Workload, body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let shown = || text.chars().take(1_000).collect::<String>();
    assert!(text.starts_with(r#"{"data":{"#) && !text.contains(r#""errors":["#), "{}: {}", workload.name(), shown());
}

fn token(key: &EncodingKey, organization: &str, caller: usize) -> String {
    let mut header = Header::new(jsonwebtoken::Algorithm::EdDSA);
    header.typ = Some("at+jwt".to_owned());
    let now = Clock::system().now();
    let claims = json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": format!("caller-{caller}"),
        "client_id": "bench",
        "iat": now.timestamp(),
        "exp": (now + TimeDelta::days(1)).timestamp(),
        "organization": organization,
        "scope": SCOPES,
    });
    jsonwebtoken::encode(&header, &claims, key).expect("claims can be signed")
}
