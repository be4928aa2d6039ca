//! Four requests to begin with, and how to send them with `curl`.

/// One request of the tour.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// What it shows.
    pub title: &'static str,
    /// The name of the token that it is sent with.
    pub token: &'static str,
    /// The GraphQL document, without apostrophes: it stands inside a shell's single quotes.
    pub query: &'static str,
}

/// The same question to each kind of reader, and what each is shown.
pub static TOUR: [Stop; 4] = [
    Stop {
        title: "The sponsor's board: its relationships, what is open, what was measured lately",
        token: "sponsor",
        query: "{ relationships(first: 20) { nodes { name ourParty counterparty { name } \
            actionItems(filter: { states: [PROPOSED, OPEN, IN_PROGRESS] }, orderBy: DUE_ON_ASC, first: 10) \
            { totalCount nodes { title state owner dueOn } } \
            kpiDatasets(orderBy: PERIOD_DESC, first: 8) { totalCount nodes { kpi { code } stage periodStart \
            observations(last: 3) { nodes { periodStart value status } } } } } } }",
    },
    Stop {
        title: "The sponsor's leadership: released KPIs alone, with both parties' readings",
        token: "sponsorLeadership",
        query: "{ kpiDatasets(orderBy: PERIOD_DESC, first: 5) { totalCount nodes { kpi { code definition { name target unit } } \
            stage underCorrection periodStart periodEnd revision { number releasedAt releasedWithoutAlignmentOf \
            sponsorInterpretation { text } cdmoInterpretation { text } } } } }",
    },
    Stop {
        title: "How a number came about: the batches behind it, and whether it is a signal or noise",
        token: "cdmo",
        query: "{ kpis(filter: { codes: [\"RFT\"] }, first: 1) { nodes { code \
            controlChart(last: 3) { chartType variation assurance phases { startsOn reason } points { periodStart value lower centre upper } } \
            datasets(filter: { stages: [RELEASED] }, orderBy: PERIOD_DESC, first: 1) { nodes { observations(last: 1) { nodes { \
            periodStart numerator denominator value records(part: MISSED, first: 10) { totalCount nodes { recordId verdict why } } } } } } } } }",
    },
    Stop {
        title: "An outsider with every scope: nothing at all",
        token: "outsider",
        query: "{ relationships { totalCount } actionItems { totalCount } kpis { totalCount } \
            kpiDatasets { totalCount nodes { id } } }",
    },
];

impl Stop {
    /// The command that sends it.
    #[must_use]
    pub fn curl(&self, url: &str, token: &str) -> String {
        let body = serde_json::json!({ "query": self.query });
        format!(
            "curl -s {url}/graphql -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{body}'"
        )
    }
}
