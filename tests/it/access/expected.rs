//! What the transparency rules say, written out by hand and not taken from the code: the tables of who reads a dataset
//! at which stage and who may do what to it, the scopes, the parties, and the states of a relationship (T14).

use super::datasets::{Shown, View};
use super::matrix::Matrix;
use super::outcome::Outcome;
use super::people::{Of, Person};

/// What a caller reads of a dataset at each stage, as the first table says: the stage and revision that it shows, the
/// mark of a correction, the revisions that can be read, and the values in them.
type Sees = Option<(&'static str, i64, bool, &'static [i64], &'static [f64])>;

/// The stages, and what these read: the collecting party's working level, its robot, the counterparty's working level,
/// leadership of either party.
const READERS: &[(&str, [Sees; 4])] = &[
    ("DRAFT", [Some(("DRAFT", 1, false, &[], &[90.0])), Some(("DRAFT", 1, false, &[], &[90.0])), None, None]),
    ("DRAFT, empty", [Some(("DRAFT", 1, false, &[], &[])), Some(("DRAFT", 1, false, &[], &[])), None, None]),
    ("SHARED", [SHARED, None, SHARED, None]),
    ("SHARED, notice over", [SHARED, None, SHARED, None]),
    ("ALIGNED", [ALIGNED, None, ALIGNED, None]),
    ("RELEASED", [RELEASED, None, RELEASED, RELEASED]),
    ("corrected", [CORRECTED, None, CORRECTED, Some(("RELEASED", 1, true, &[1], &[90.0]))]),
];
const SHARED: Sees = Some(("SHARED", 1, false, &[1], &[90.0]));
const ALIGNED: Sees = Some(("ALIGNED", 1, false, &[1], &[90.0]));
const RELEASED: Sees = Some(("RELEASED", 1, false, &[1], &[90.0]));
const CORRECTED: Sees = Some(("SHARED", 2, true, &[1, 2], &[90.0, 80.0]));

impl Person {
    fn has(&self, scope: &str) -> bool {
        self.scopes.split_whitespace().any(|own| own == scope)
    }
}

/// “Stages of a dataset”: who, by scope, reads it.
pub fn reading_datasets(matrix: &Matrix) {
    assert_eq!(matrix.seen.iter().map(|(stage, _)| *stage).collect::<Vec<_>>(), stages(READERS));
    for ((stage, views), (_, expected)) in matrix.seen.iter().zip(READERS) {
        for (person, view) in matrix.people.iter().zip(views) {
            let [collecting, robot, counterparty, leadership] = *expected;
            let sees = match person.of {
                Of::Cdmo if person.has("kpis:read") => collecting,
                Of::Sponsor if person.has("kpis:read") => counterparty,
                Of::Cdmo | Of::Sponsor if person.has("kpis:read-released") => leadership,
                Of::Cdmo if person.has("kpis:collect") => robot,
                _ => None,
            };
            let expected =
                sees.map_or_else(View::default, |(stage, revision, under_correction, revisions, values)| View {
                    shown: Some(Shown { stage: stage.to_owned(), revision, under_correction }),
                    revisions: revisions.to_vec(),
                    values: values.to_vec(),
                });
            assert_eq!(*view, expected, "{stage}, {}", person.words);
        }
    }
}

fn stages<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(stage, _)| *stage).collect()
}

/// Scopes, or stages, or states.
type Words = &'static [&'static str];

/// A party, and the stages at which it may.
type Permitted = (Of, Words);

const ALL_STAGES: [&str; 7] =
    ["DRAFT", "DRAFT, empty", "SHARED", "SHARED, notice over", "ALIGNED", "RELEASED", "corrected"];
const DRAFTS: &[&str] = &["DRAFT", "DRAFT, empty"];
const SHARED_ON: &[&str] = &["SHARED", "SHARED, notice over", "ALIGNED", "RELEASED", "corrected"];
/// A correction takes the dataset back to `SHARED`.
const IN_SHARED: &[&str] = &["SHARED", "SHARED, notice over", "corrected"];

/// “Who may do what to a dataset”: the operation, its scopes, and which party may at which stages. The sponsor has
/// aligned on the shared one; the CDMO has interpreted the one whose notice is over.
const ON_DATASETS: &[(&str, Words, &[Permitted])] = &[
    ("openKpiDataset", &["kpis:collect", "kpis:write"], &[(Of::Cdmo, DRAFTS)]),
    ("recordObservations", &["kpis:collect", "kpis:write"], &[(Of::Cdmo, DRAFTS)]),
    // The empty draft is of a definition that counts no records.
    ("recordSourceRecords", &["kpis:collect", "kpis:write"], &[(Of::Cdmo, &["DRAFT"])]),
    ("shareKpiDataset", &["kpis:write"], &[(Of::Cdmo, &["DRAFT"])]),
    ("acknowledgeKpiDataset", &["kpis:write"], &[(Of::Sponsor, IN_SHARED)]),
    ("interpretKpiDataset", &["kpis:write"], &[(Of::Sponsor, SHARED_ON), (Of::Cdmo, SHARED_ON)]),
    ("alignKpiDataset", &["kpis:approve"], &[(Of::Sponsor, IN_SHARED), (Of::Cdmo, IN_SHARED)]),
    ("withdrawKpiAlignment", &["kpis:approve"], &[(Of::Sponsor, &["SHARED", "ALIGNED"]), (Of::Cdmo, &["ALIGNED"])]),
    (
        "releaseKpiDataset",
        &["kpis:write"],
        &[(Of::Sponsor, &["ALIGNED"]), (Of::Cdmo, &["ALIGNED", "SHARED, notice over"])],
    ),
    ("correctKpiDataset", &["kpis:write"], &[(Of::Cdmo, SHARED_ON)]),
    ("discardKpiDataset", &["kpis:write"], &[(Of::Cdmo, DRAFTS)]),
];

/// The same table: who may, succeeds; who lacks the scope is told so; from whom the dataset is hidden, hears nothing of
/// it; and all others hear of a rule.
pub fn writing_datasets(matrix: &Matrix) {
    for (operation, scopes, may) in ON_DATASETS {
        for stage in ALL_STAGES {
            for (person, outcome) in matrix.people.iter().zip(matrix.on_datasets.cells(operation, stage)) {
                let what = format!("{operation} by {} on {stage}: {outcome:?}", person.words);
                let is_draft = DRAFTS.contains(&stage);
                let is_robot = !person.has("kpis:write") && person.has("kpis:collect");
                // To open one is to aim at the KPI, which all of them see.
                let hidden = match person.of {
                    _ if *operation == "openKpiDataset" => false,
                    Of::Sponsor => is_draft || is_robot,
                    _ => is_robot && !is_draft,
                };
                if !scopes.iter().any(|scope| person.has(scope)) {
                    assert_eq!(*outcome, Outcome::NoScope, "{what}");
                } else if person.of == Of::Stranger || hidden {
                    assert_eq!(*outcome, Outcome::NotFound, "{what}");
                } else if may.iter().any(|(of, stages)| *of == person.of && stages.contains(&stage)) {
                    assert!(matches!(outcome, Outcome::Done | Outcome::Same), "{what}");
                } else {
                    assert!(matches!(outcome, Outcome::Rule(_)), "{what}");
                }
            }
        }
    }
}

/// Operations on the caller's own organization, which no state of a relationship stands in the way of.
const ALWAYS: &[&str] = &["PROPOSED", "ACTIVE", "PAUSED", "ENDED"];
/// Its own description.
const UNTIL_ENDED: &[&str] = &["PROPOSED", "ACTIVE", "PAUSED"];
/// What is going on.
const ONGOING: &[&str] = &["ACTIVE", "PAUSED"];
/// What is new.
const ACTIVE: &[&str] = &["ACTIVE"];
/// The answer.
const PROPOSED: &[&str] = &["PROPOSED"];
const PAUSED: &[&str] = &["PAUSED"];

const SPONSOR: &[Of] = &[Of::Sponsor];
const CDMO: &[Of] = &[Of::Cdmo];
const EITHER: &[Of] = &[Of::Sponsor, Of::Cdmo];
const ANYONE: &[Of] = &[Of::Sponsor, Of::Cdmo, Of::Stranger];

/// Scopes that name objects as other systems call them.
const NAMING: &[&str] = &["relationships:write", "actions:write", "kpis:write"];

/// Each attempt of the matrix: any of which scopes lets it, in which states of the relationship, and which party may.
/// The sponsor has proposed the relationship, the scope of work and the action items; the CDMO owns the action items,
/// collects the data, and has paused the relationship where it is paused.
const WRITES: &[(&str, Words, Words, &[Of])] = &[
    ("registerOrganization: a new organization", &["admin"], ALWAYS, &[Of::Operator]),
    ("revokeToken: one of an operator", &["admin"], ALWAYS, &[Of::Operator]),
    ("revokeSubjectTokens: somebody of the CDMO", &["admin"], ALWAYS, &[Of::Operator]),
    ("revokeOrganizationTokens: the CDMO's", &["admin"], ALWAYS, &[Of::Operator]),
    ("updateOrganization: the caller's own", &["relationships:write"], ALWAYS, ANYONE),
    ("createSite: the caller's own organization", &["relationships:write"], ALWAYS, ANYONE),
    ("updateSite: the CDMO's site in play", &["relationships:write"], ALWAYS, CDMO),
    ("createContact: the caller's own organization", &["relationships:write"], ALWAYS, ANYONE),
    ("updateContact: the CDMO's contact for the relationship", &["relationships:write"], ALWAYS, CDMO),
    ("setExternalReference: the relationship", NAMING, ALWAYS, EITHER),
    ("removeExternalReference: the CDMO's own", NAMING, ALWAYS, CDMO),
    ("proposeRelationship: to an organization that all know by its handle", &["relationships:write"], ALWAYS, ANYONE),
    ("describeRelationship: the relationship", &["relationships:write"], UNTIL_ENDED, EITHER),
    ("acceptRelationship: the sponsor's proposal", &["relationships:approve"], PROPOSED, CDMO),
    ("declineRelationship: the sponsor's proposal", &["relationships:approve"], PROPOSED, CDMO),
    ("withdrawRelationship: the sponsor's proposal", &["relationships:write"], PROPOSED, SPONSOR),
    ("pauseRelationship: the relationship", &["relationships:approve"], ACTIVE, EITHER),
    ("resumeRelationship: the relationship", &["relationships:approve"], PAUSED, CDMO),
    ("endRelationship: the relationship", &["relationships:approve"], ONGOING, EITHER),
    ("setRelationshipSites: a site of the caller's own", &["relationships:write"], UNTIL_ENDED, EITHER),
    ("setRelationshipContacts: a contact of the caller's own", &["relationships:write"], UNTIL_ENDED, EITHER),
    ("proposeScopeOfWork: the relationship", &["relationships:write"], ACTIVE, EITHER),
    ("agreeScopeOfWork: what the sponsor proposed", &["relationships:approve"], ONGOING, CDMO),
    ("declineScopeOfWork: what the sponsor proposed", &["relationships:approve"], ONGOING, CDMO),
    ("createMilestone: what the sponsor proposed", &["relationships:write"], ACTIVE, SPONSOR),
    ("updateMilestone: an agreed scope of work's", &["relationships:write"], ONGOING, EITHER),
    ("createActionItem: asked of the CDMO", &["actions:write"], ACTIVE, EITHER),
    ("raiseImprovementAction: a signal of a KPI that is not released", &["actions:write"], ACTIVE, EITHER),
    ("updateActionItem: its wording, while it is proposed", &["actions:write"], ONGOING, SPONSOR),
    ("updateActionItem: its wording, once it is accepted", &["actions:write"], ONGOING, &[]),
    ("updateActionItem: who does it", &["actions:write"], ONGOING, CDMO),
    ("acceptActionItem: a proposed one", &["actions:write"], ONGOING, CDMO),
    ("declineActionItem: a proposed one", &["actions:write"], ONGOING, CDMO),
    ("proposeActionItemDueDate: an open one", &["actions:write"], ONGOING, EITHER),
    ("answerActionItemDueDate: the CDMO's wish", &["actions:write"], ONGOING, SPONSOR),
    ("startActionItem: an open one", &["actions:write"], ONGOING, CDMO),
    ("completeActionItem: one in progress", &["actions:write"], ONGOING, CDMO),
    ("verifyActionItem: a done one", &["actions:write"], ONGOING, SPONSOR),
    ("reopenActionItem: a done one", &["actions:write"], ONGOING, SPONSOR),
    ("cancelActionItem: an open one", &["actions:write"], ONGOING, SPONSOR),
    ("addActionItemComment: an open one", &["actions:write"], ONGOING, EITHER),
    ("proposeMetricCharter: the relationship", &["kpis:write"], ACTIVE, EITHER),
    ("signMetricCharter: a proposed one", &["kpis:approve"], ONGOING, EITHER),
    ("proposeKpiDefinition: the relationship", &["kpis:write"], ACTIVE, EITHER),
    ("agreeKpiDefinition: a proposed one", &["kpis:approve"], ONGOING, EITHER),
    ("rejectKpiDefinition: what the sponsor proposed", &["kpis:write"], ONGOING, CDMO),
    ("withdrawKpiDefinition: what the sponsor proposed", &["kpis:write"], ONGOING, SPONSOR),
    ("proposeKpiChartBasis: a measured KPI", &["kpis:write"], ACTIVE, EITHER),
    ("agreeKpiChartBasis: a proposed one", &["kpis:approve"], ONGOING, EITHER),
    ("rejectKpiChartBasis: what the sponsor proposed", &["kpis:write"], ONGOING, CDMO),
    ("withdrawKpiChartBasis: what the sponsor proposed", &["kpis:write"], ONGOING, SPONSOR),
    ("openKpiDataset: a period that has none", &["kpis:collect", "kpis:write"], ONGOING, CDMO),
    ("recordObservations: a draft", &["kpis:collect", "kpis:write"], ONGOING, CDMO),
    ("recordSourceRecords: a draft that is counted", &["kpis:collect", "kpis:write"], ONGOING, CDMO),
    ("shareKpiDataset: a draft", &["kpis:write"], ONGOING, CDMO),
    ("acknowledgeKpiDataset: a shared one", &["kpis:write"], ONGOING, SPONSOR),
    ("interpretKpiDataset: a shared one", &["kpis:write"], ONGOING, EITHER),
    ("alignKpiDataset: a shared one, which the sponsor has aligned on", &["kpis:approve"], ONGOING, EITHER),
    ("withdrawKpiAlignment: an aligned one", &["kpis:approve"], ONGOING, EITHER),
    ("releaseKpiDataset: an aligned one", &["kpis:write"], ONGOING, EITHER),
    ("correctKpiDataset: a released one", &["kpis:write"], ONGOING, CDMO),
    ("discardKpiDataset: a draft", &["kpis:write"], ONGOING, CDMO),
];

/// What is the CDMO's alone, as long as the CDMO does not show it.
const HIDDEN_FROM_THE_SPONSOR: &[&str] = &[
    "removeExternalReference: the CDMO's own",
    "recordObservations: a draft",
    "recordSourceRecords: a draft that is counted",
    "shareKpiDataset: a draft",
    "discardKpiDataset: a draft",
];

/// What everybody sees is another's, and is therefore not to be found among the caller's own.
const NOT_AMONG_THEIR_OWN: &[&str] =
    &["updateSite: the CDMO's site in play", "updateContact: the CDMO's contact for the relationship"];

/// The scopes, the parties and T14, for every attempt.
pub fn writing(matrix: &Matrix) {
    let known: Vec<&str> = WRITES.iter().map(|(attempt, ..)| *attempt).collect();
    for (attempt, stage) in matrix.writes.tried() {
        let rule = WRITES.iter().find(|(of, ..)| *of == attempt);
        let (_, scopes, states, may) = rule.unwrap_or_else(|| panic!("decide by the rules who may do this: {attempt}"));
        for (person, outcome) in matrix.people.iter().zip(matrix.writes.cells(attempt, stage)) {
            let what = format!("{attempt}, by {} while {stage}: {outcome:?}", person.words);
            let hidden = HIDDEN_FROM_THE_SPONSOR.contains(&attempt) || NOT_AMONG_THEIR_OWN.contains(&attempt);
            if !scopes.iter().any(|scope| person.has(scope)) {
                assert_eq!(*outcome, Outcome::NoScope, "{what}");
            } else if person.of == Of::Stranger && !may.contains(&Of::Stranger) || person.of == Of::Sponsor && hidden {
                assert_eq!(*outcome, Outcome::NotFound, "{what}");
            } else if !states.contains(&stage) {
                assert_eq!(*outcome, Outcome::Rule("T14".to_owned()), "{what}");
            } else if may.contains(&person.of) {
                assert!(matches!(outcome, Outcome::Done | Outcome::Same), "{what}");
            } else {
                assert!(matches!(outcome, Outcome::Rule(_)), "{what}");
            }
        }
    }
    assert_eq!(matrix.writes.tried().count(), known.len() * ALWAYS.len(), "every attempt in every state");
}

/// Which scope reads what was done, by the word that the operation's name ends with or begins with (T13).
const JOURNAL: &[(&str, &[&str])] = &[
    ("ActionItem", &["actions:read"]),
    ("Kpi", &["kpis:read"]),
    ("raiseImprovementAction", &["actions:read", "kpis:read"]),
    ("MetricCharter", &["kpis:read"]),
    ("recordObservations", &["kpis:read"]),
    ("recordSourceRecords", &["kpis:read"]),
    ("setExternalReference", &[]),
];

/// T13: a chain is seen by those it concerns, and the content of an entry by those who read its subject.
pub fn journal(matrix: &Matrix) {
    for (done, _) in matrix.journal.tried() {
        for (person, outcome) in matrix.people.iter().zip(matrix.journal.cells(done, "ACTIVE")) {
            let reader = person.has("journal:read") && person.has("relationships:read");
            let of_relationship = matches!(person.of, Of::Sponsor | Of::Cdmo);
            let what = format!("what the journal tells of {done} to {}: {outcome:?}", person.words);
            if !reader || !of_relationship {
                assert_eq!(*outcome, Outcome::Nothing, "{what}");
            }
            let kind = JOURNAL.iter().find(|(part, _)| done.contains(part));
            let needed = kind.map_or(&["relationships:read"][..], |(_, scopes)| scopes);
            if !needed.iter().all(|scope| person.has(scope)) {
                assert_ne!(*outcome, Outcome::Reads, "{what}");
            }
        }
    }
}
