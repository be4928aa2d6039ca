//! Who may do what: for each operation the scopes that let it be called and the states of the
//! relationship that allow it (T14); and the rules that decide on a party or a stage.
//!
//! The same constants print `@requiresScopes` in the schema and are checked before an operation begins.

pub mod action_item;
pub mod consent;
pub mod dataset;
pub mod journal;
pub mod relationship;
pub mod scope_of_work;

use crate::access::scope::Scope;
use crate::access::viewer::Viewer;
use crate::entity::party::Party;
use crate::entity::relationship::{Model as Relationship, RelationshipState as State};
use crate::error::{Error, Result, Rule};

/// Scopes of which any one is enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnyOf(pub &'static [Scope]);

impl AnyOf {
    /// Whether a caller has one of them.
    #[must_use]
    pub fn allows(self, viewer: &Viewer) -> bool {
        viewer.has_any(self.0)
    }

    /// Refuses a caller that has none of them, and names them.
    pub fn check(self, viewer: &Viewer) -> Result<()> {
        if self.allows(viewer) {
            return Ok(());
        }
        let scopes: Vec<&'static str> = self.0.iter().map(|scope| scope.as_str()).collect();
        let message = format!(
            "this needs the scope {}, which your token does not carry; ask your identity provider's administrator for it",
            scopes.join(" or ")
        );
        Err(Error::Forbidden { scopes, message })
    }

    /// As Apollo Federation's directive takes them: a list of alternatives, each a list of scopes.
    #[must_use]
    pub fn alternatives(self) -> Vec<Vec<String>> {
        self.0.iter().map(|scope| vec![scope.as_str().to_owned()]).collect()
    }
}

/// Reading organizations, sites, contacts, relationships, scopes of work.
pub const READ_RELATIONSHIPS: AnyOf = AnyOf(&[Scope::RelationshipsRead]);
/// Reading action items.
pub const READ_ACTIONS: AnyOf = AnyOf(&[Scope::ActionsRead]);
/// Reading what only the working level reads of KPIs.
pub const READ_KPIS_WORKING: AnyOf = AnyOf(&[Scope::KpisRead]);
/// Reading drafts of the own party.
pub const READ_DRAFTS: AnyOf = AnyOf(&[Scope::KpisRead, Scope::KpisCollect]);
/// Reading KPIs and datasets, each caller what its level may see.
pub const READ_KPIS: AnyOf = AnyOf(&[Scope::KpisRead, Scope::KpisReadReleased, Scope::KpisCollect]);
/// Reading revisions, which a collector alone never does.
pub const READ_REVISIONS: AnyOf = AnyOf(&[Scope::KpisRead, Scope::KpisReadReleased]);
/// Reading which tokens are revoked.
pub const READ_REVOCATIONS: AnyOf = AnyOf(&[Scope::Admin]);
/// Reading the journal.
pub const READ_JOURNAL: AnyOf = AnyOf(&[Scope::JournalRead]);

/// The states of a relationship in which an operation may be done (T14).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The operation is on an organization, not on a relationship.
    Own,
    /// It proposes something new: `ACTIVE` only.
    New,
    /// It records or answers what is going on: `ACTIVE` or `PAUSED`.
    Ongoing,
    /// It describes the relationship itself: until it has ended.
    Describe,
    /// It moves the relationship to another state; [`relationship`] says from which.
    Move,
}

/// One operation: its name in GraphQL, who may call it, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Permit {
    /// The mutation's name.
    pub action: &'static str,
    /// Any one of these scopes is enough.
    pub scopes: AnyOf,
    /// The states of the relationship that allow it.
    pub standing: Standing,
}

impl Permit {
    const fn new(action: &'static str, scopes: &'static [Scope], standing: Standing) -> Self {
        Self { action, scopes: AnyOf(scopes), standing }
    }

    /// T14: refuses what the relationship's state does not allow.
    pub fn check_standing(self, relationship: &Relationship) -> Result<()> {
        let allowed = match self.standing {
            Standing::Own | Standing::Move => return Ok(()),
            Standing::New => matches!(relationship.state, State::Active),
            Standing::Ongoing => matches!(relationship.state, State::Active | State::Paused),
            Standing::Describe => matches!(relationship.state, State::Proposed | State::Active | State::Paused),
        };
        if allowed { Ok(()) } else { Err(Error::precondition(Rule::T14, why_not(relationship.state))) }
    }
}

fn why_not(state: State) -> &'static str {
    match state {
        State::Proposed => {
            "the relationship is proposed: until the counterparty accepts it, only its description and the answer can be written"
        }
        State::Active => "the relationship is active",
        State::Paused => {
            "the relationship is paused: work goes on being recorded, but nothing new is proposed until the party that paused it resumes it"
        }
        State::Ended => "the relationship has ended: it stays readable for both parties and can no longer be changed",
        State::Declined => "the proposal was declined: propose a new relationship to go on",
        State::Withdrawn => "the proposal was withdrawn: propose a new relationship to go on",
    }
}

/// The viewer's side of a relationship that it can see.
pub fn party_of(viewer: &Viewer, relationship: &Relationship) -> Result<Party> {
    match viewer.organization {
        Some(organization) if organization == relationship.sponsor_id => Ok(Party::Sponsor),
        Some(organization) if organization == relationship.cdmo_id => Ok(Party::Cdmo),
        _ => Err(Error::not_found("relationship")),
    }
}

/// Refuses the party that an operation is not for.
pub fn only(expected: Party, actual: Party, rule: Rule, message: &str) -> Result<()> {
    if expected == actual { Ok(()) } else { Err(Error::precondition(rule, message)) }
}

macro_rules! permits {
    ($($(#[$doc:meta])* $name:ident $action:literal [$($scope:ident),+] $standing:ident;)*) => {
        $($(#[$doc])* pub const $name: Permit = Permit::new($action, &[$(Scope::$scope),+], Standing::$standing);)*

        /// Every operation that writes.
        pub const OPERATIONS: &[Permit] = &[$($name),*];
    };
}

permits! {
    /// Registers an organization with the service.
    REGISTER_ORGANIZATION "registerOrganization" [Admin] Own;
    /// Revokes one token.
    REVOKE_TOKEN "revokeToken" [Admin] Own;
    /// Revokes what was issued to one subject.
    REVOKE_SUBJECT_TOKENS "revokeSubjectTokens" [Admin] Own;
    /// Revokes what was issued for one organization.
    REVOKE_ORGANIZATION_TOKENS "revokeOrganizationTokens" [Admin] Own;
    /// Renames the caller's organization.
    UPDATE_ORGANIZATION "updateOrganization" [RelationshipsWrite] Own;
    /// Adds a site to the caller's organization.
    CREATE_SITE "createSite" [RelationshipsWrite] Own;
    /// Changes a site of the caller's organization.
    UPDATE_SITE "updateSite" [RelationshipsWrite] Own;
    /// Adds a contact to the caller's organization.
    CREATE_CONTACT "createContact" [RelationshipsWrite] Own;
    /// Changes a contact of the caller's organization.
    UPDATE_CONTACT "updateContact" [RelationshipsWrite] Own;
    /// Names an object as another system of the caller's organization knows it.
    SET_EXTERNAL_REFERENCE "setExternalReference" [RelationshipsWrite, ActionsWrite, KpisWrite] Own;
    /// Takes such a name back.
    REMOVE_EXTERNAL_REFERENCE "removeExternalReference" [RelationshipsWrite, ActionsWrite, KpisWrite] Own;

    /// Proposes a relationship to another organization.
    PROPOSE_RELATIONSHIP "proposeRelationship" [RelationshipsWrite] Move;
    /// Takes a proposal back.
    WITHDRAW_RELATIONSHIP "withdrawRelationship" [RelationshipsWrite] Move;
    /// Accepts a proposed relationship.
    ACCEPT_RELATIONSHIP "acceptRelationship" [RelationshipsApprove] Move;
    /// Declines a proposed relationship.
    DECLINE_RELATIONSHIP "declineRelationship" [RelationshipsApprove] Move;
    /// Pauses a relationship.
    PAUSE_RELATIONSHIP "pauseRelationship" [RelationshipsApprove] Move;
    /// Resumes a paused relationship.
    RESUME_RELATIONSHIP "resumeRelationship" [RelationshipsApprove] Move;
    /// Ends a relationship.
    END_RELATIONSHIP "endRelationship" [RelationshipsApprove] Move;
    /// Changes a relationship's name and description.
    DESCRIBE_RELATIONSHIP "describeRelationship" [RelationshipsWrite] Describe;
    /// Says which of the caller's sites are in play.
    SET_RELATIONSHIP_SITES "setRelationshipSites" [RelationshipsWrite] Describe;
    /// Names the caller's contacts for a relationship.
    SET_RELATIONSHIP_CONTACTS "setRelationshipContacts" [RelationshipsWrite] Describe;
    /// Proposes a scope of work.
    PROPOSE_SCOPE_OF_WORK "proposeScopeOfWork" [RelationshipsWrite] New;
    /// Agrees to the counterparty's scope of work.
    AGREE_SCOPE_OF_WORK "agreeScopeOfWork" [RelationshipsApprove] Ongoing;
    /// Declines the counterparty's scope of work.
    DECLINE_SCOPE_OF_WORK "declineScopeOfWork" [RelationshipsApprove] Ongoing;
    /// Adds a milestone to a proposed scope of work.
    CREATE_MILESTONE "createMilestone" [RelationshipsWrite] New;
    /// Changes a milestone's forecast or records its actual date.
    UPDATE_MILESTONE "updateMilestone" [RelationshipsWrite] Ongoing;

    /// Creates an action item.
    CREATE_ACTION_ITEM "createActionItem" [ActionsWrite] New;
    /// Creates an action item on a signal of a control chart, by who reads the chart.
    RAISE_IMPROVEMENT_ACTION "raiseImprovementAction" [ActionsWrite] New;
    /// Changes an action item's text, priority, labels or assignee.
    UPDATE_ACTION_ITEM "updateActionItem" [ActionsWrite] Ongoing;
    /// Accepts an action item that the counterparty asked for.
    ACCEPT_ACTION_ITEM "acceptActionItem" [ActionsWrite] Ongoing;
    /// Declines an action item that the counterparty asked for.
    DECLINE_ACTION_ITEM "declineActionItem" [ActionsWrite] Ongoing;
    /// Asks for another due date.
    PROPOSE_DUE_DATE "proposeActionItemDueDate" [ActionsWrite] Ongoing;
    /// Answers the counterparty's wish for another due date.
    ANSWER_DUE_DATE "answerActionItemDueDate" [ActionsWrite] Ongoing;
    /// Starts the work.
    START_ACTION_ITEM "startActionItem" [ActionsWrite] Ongoing;
    /// Says that the work is done.
    COMPLETE_ACTION_ITEM "completeActionItem" [ActionsWrite] Ongoing;
    /// Confirms that it is, by who asked for it.
    VERIFY_ACTION_ITEM "verifyActionItem" [ActionsWrite] Ongoing;
    /// Says that it is not, by who asked for it.
    REOPEN_ACTION_ITEM "reopenActionItem" [ActionsWrite] Ongoing;
    /// Takes back what was asked for.
    CANCEL_ACTION_ITEM "cancelActionItem" [ActionsWrite] Ongoing;
    /// Comments on an action item.
    ADD_ACTION_ITEM_COMMENT "addActionItemComment" [ActionsWrite] Ongoing;

    /// Proposes the metric charter that opts in to KPIs.
    PROPOSE_METRIC_CHARTER "proposeMetricCharter" [KpisWrite] New;
    /// Signs the metric charter for the caller's party.
    SIGN_METRIC_CHARTER "signMetricCharter" [KpisApprove] Ongoing;
    /// Proposes a KPI definition, or a new version of one.
    PROPOSE_KPI_DEFINITION "proposeKpiDefinition" [KpisWrite] New;
    /// Agrees to a proposed definition for the caller's party.
    AGREE_KPI_DEFINITION "agreeKpiDefinition" [KpisApprove] Ongoing;
    /// Rejects a definition that the counterparty proposed.
    REJECT_KPI_DEFINITION "rejectKpiDefinition" [KpisWrite] Ongoing;
    /// Withdraws a definition that the caller's party proposed.
    WITHDRAW_KPI_DEFINITION "withdrawKpiDefinition" [KpisWrite] Ongoing;
    /// Proposes what the limits of a KPI's chart rest on.
    PROPOSE_KPI_CHART_BASIS "proposeKpiChartBasis" [KpisWrite] New;
    /// Agrees to that for the caller's party.
    AGREE_KPI_CHART_BASIS "agreeKpiChartBasis" [KpisApprove] Ongoing;
    /// Rejects what the counterparty proposed.
    REJECT_KPI_CHART_BASIS "rejectKpiChartBasis" [KpisWrite] Ongoing;
    /// Withdraws what the caller's party proposed.
    WITHDRAW_KPI_CHART_BASIS "withdrawKpiChartBasis" [KpisWrite] Ongoing;
    /// Opens a dataset.
    OPEN_KPI_DATASET "openKpiDataset" [KpisCollect, KpisWrite] Ongoing;
    /// Records observations into a draft.
    RECORD_OBSERVATIONS "recordObservations" [KpisCollect, KpisWrite] Ongoing;
    /// Records source records into a draft.
    RECORD_SOURCE_RECORDS "recordSourceRecords" [KpisCollect, KpisWrite] Ongoing;
    /// Shares a dataset with the counterparty.
    SHARE_KPI_DATASET "shareKpiDataset" [KpisWrite] Ongoing;
    /// Says that a shared dataset was seen.
    ACKNOWLEDGE_KPI_DATASET "acknowledgeKpiDataset" [KpisWrite] Ongoing;
    /// Attaches the caller's party's reading of a revision.
    INTERPRET_KPI_DATASET "interpretKpiDataset" [KpisWrite] Ongoing;
    /// Signs for the caller's party that the numbers are right.
    ALIGN_KPI_DATASET "alignKpiDataset" [KpisApprove] Ongoing;
    /// Takes such a signature back.
    WITHDRAW_KPI_ALIGNMENT "withdrawKpiAlignment" [KpisApprove] Ongoing;
    /// Releases a dataset to both parties' leadership.
    RELEASE_KPI_DATASET "releaseKpiDataset" [KpisWrite] Ongoing;
    /// Corrects a shared dataset in a new revision.
    CORRECT_KPI_DATASET "correctKpiDataset" [KpisWrite] Ongoing;
    /// Throws a draft away.
    DISCARD_KPI_DATASET "discardKpiDataset" [KpisWrite] Ongoing;
}
