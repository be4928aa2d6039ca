//! The demo's action items on their way: asked for, answered, worked on, verified; with comments, slips and dates
//! that were not agreed at once.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::action_item_list::{Ask, Course, ITEMS, Item};
use super::calendar::Calendar;
use super::cast::{Cast, Company, Part};
use super::companies::Companies;
use super::relationships::{PROGRAMS, Program};
use crate::access::permit::action_item::{self as moves, Move};
use crate::domain::action_item::{comment, create, due_date, state};
use crate::entity::action_item;
use crate::entity::party::Party;
use crate::error::{Error, Result};
use crate::id::{ActionItemId, DueDateChangeId, RelationshipId};

/// One thing that happens to an action item.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Create,
    Make(Move),
    Because(Move, &'static str),
    Say(Party, &'static str),
    AskForTime(&'static str),
    Consent,
}

/// One action item on its way.
pub(super) struct ActionItem {
    program: &'static Program,
    relationship: RelationshipId,
    item: &'static Item,
    assignee: Option<String>,
    created: DateTime<Utc>,
    /// Known once it is created.
    pub(super) id: Option<ActionItemId>,
    change: Option<DueDateChangeId>,
}

/// The action items of all relationships.
pub(super) fn all(relationships: &[RelationshipId], companies: &Companies, calendar: &Calendar) -> Vec<ActionItem> {
    let mut all = Vec::new();
    for ((program, relationship), items) in PROGRAMS.iter().zip(relationships).zip(&ITEMS) {
        for (place, item) in (0_i64..).zip(items) {
            all.push(ActionItem {
                program,
                relationship: *relationship,
                item,
                assignee: companies.contacts(program.company(item.1.owner())).into_iter().next(),
                created: calendar.days_ago(item.4.age(place)),
                id: None,
                change: None,
            });
        }
    }
    all
}

impl Course {
    /// How many days ago an item with this course was created; `place` tells those of one relationship apart.
    const fn age(self, place: i64) -> i64 {
        match self {
            Self::Verified | Self::Slipped | Self::Reopened | Self::Declined | Self::Cancelled => 700 - 60 * place,
            Self::Done => 40 - place,
            Self::InProgress | Self::WantsTime => 36 - place,
            Self::Late => 45,
            Self::Open => 24 - place,
            Self::Proposed | Self::OtherDate => 17 - place,
        }
    }
}

impl ActionItem {
    /// What happens to it, and when.
    pub(super) fn steps(&self) -> Vec<(DateTime<Utc>, Step)> {
        let (_, ask, .., course) = self.item;
        let after = |days: i64| self.created + TimeDelta::days(days);
        let mut steps = vec![(self.created, Step::Create)];
        let answered = !matches!(course, Course::Proposed | Course::OtherDate | Course::Declined);
        if answered && ask.owner() != ask.requester() {
            steps.push((after(1), Step::Make(moves::ACCEPT)));
        }
        let started = answered && !matches!(course, Course::Open | Course::Late);
        if started {
            steps.push((after(3), Step::Make(moves::START)));
        }
        steps.extend(course.middle(*ask).into_iter().map(|(days, step)| (after(days), step)));
        if matches!(course, Course::Verified | Course::Slipped | Course::Reopened) {
            steps.extend([(after(17), Step::Make(moves::COMPLETE)), (after(19), Step::Make(moves::VERIFY))]);
        }
        steps
    }

    /// Does one step.
    pub(super) async fn go(&mut self, cast: &Cast, step: Step) -> Result<()> {
        match step {
            Step::Create => self.create(cast).await,
            Step::Make(step) => {
                let input = self.with_version(cast).await?;
                let make = async |writer: &_, input| state::make(writer, step, input).await;
                cast.act(self.mover(step), make, input).await.map(drop)
            }
            Step::Because(step, reason) => {
                let mut input = self.with_version(cast).await?;
                input["reason"] = json!(reason);
                let make = async |writer: &_, input| state::make_with_reason(writer, step, input).await;
                cast.act(self.mover(step), make, input).await.map(drop)
            }
            Step::Say(party, text) => {
                let input = json!({ "actionItemId": self.id()?.to_string(), "body": text });
                cast.act(self.someone(party), comment::add, input).await.map(drop)
            }
            Step::AskForTime(reason) => {
                let mut input = self.with_version(cast).await?;
                input["dueOn"] = json!(self.due_on() + Days::new(21));
                input["reason"] = json!(reason);
                self.change = Some(cast.act(self.someone(self.item.1.owner()), due_date::propose, input).await?);
                Ok(())
            }
            Step::Consent => {
                let change = self.change.ok_or_else(|| Error::internal("a date is asked for before it is agreed"))?;
                let input = json!({ "dueDateChangeId": change.to_string(), "agree": true });
                cast.act(self.someone(self.item.1.requester()), due_date::answer, input).await.map(drop)
            }
        }
    }

    async fn create(&mut self, cast: &Cast) -> Result<()> {
        let (title, ask, priority, label, _) = self.item;
        let input = json!({
            "relationshipId": self.relationship.to_string(),
            "title": title,
            "description": format!("{title}, for {}.", self.program.product),
            "priority": priority,
            "owner": if ask.owner() == Party::Sponsor { "SPONSOR" } else { "CDMO" },
            "assigneeContactId": self.assignee,
            "dueOn": self.due_on(),
            "labels": [label],
        });
        self.id = Some(cast.act(self.someone(ask.requester()), create::create, input).await?);
        Ok(())
    }

    fn due_on(&self) -> NaiveDate {
        self.created.date_naive() + Days::new(28)
    }

    /// Who makes a move: it is verified, reopened and cancelled by who asked, and else moved by who owns it.
    fn mover(&self, step: Move) -> (&'static Company, Part) {
        let requesters = [moves::VERIFY, moves::REOPEN, moves::CANCEL];
        let ask = self.item.1;
        self.someone(if requesters.contains(&step) { ask.requester() } else { ask.owner() })
    }

    fn someone(&self, party: Party) -> (&'static Company, Part) {
        (self.program.company(party), Part::Working)
    }

    fn id(&self) -> Result<ActionItemId> {
        self.id.ok_or_else(|| Error::internal("an action item is created first"))
    }

    async fn with_version(&self, cast: &Cast) -> Result<Value> {
        let row = cast.read::<action_item::Entity, _>(self.someone(Party::Sponsor), self.id()?).await?;
        Ok(json!({ "actionItemId": row.id.to_string(), "expectedVersion": row.version }))
    }
}

impl Course {
    /// What happens between the answer and the end, by days after the creation.
    fn middle(self, ask: Ask) -> Vec<(i64, Step)> {
        let (owner, requester) = (ask.owner(), ask.requester());
        match self {
            Self::Verified => vec![(10, Step::Say(owner, "Nearly there; the last signature comes tomorrow."))],
            Self::Slipped => vec![
                (8, Step::AskForTime("The laboratory that we depend on is closed for a week.")),
                (9, Step::Consent),
                (9, Step::Say(requester, "Understood. Thank you for telling us early.")),
            ],
            Self::Reopened => vec![
                (9, Step::Make(moves::COMPLETE)),
                (11, Step::Because(moves::REOPEN, "The annex is missing; the rest is fine.")),
                (12, Step::Say(owner, "Sorry, that was the wrong file. The right one follows.")),
            ],
            Self::Done => vec![(12, Step::Make(moves::COMPLETE))],
            Self::WantsTime => vec![(14, Step::AskForTime("Two of three people who know this are at the other site."))],
            Self::InProgress => vec![(6, Step::Say(requester, "Is there anything that you need from us?"))],
            Self::Late => vec![(32, Step::Say(requester, "This was due on Monday. What stands in the way?"))],
            Self::OtherDate => vec![(1, Step::AskForTime("We can do it properly three weeks later."))],
            Self::Declined => {
                vec![(
                    2,
                    Step::Because(
                        moves::DECLINE,
                        "This is outside the scope of work; let us talk about it at the next review.",
                    ),
                )]
            }
            Self::Cancelled => vec![(7, Step::Because(moves::CANCEL, "No longer needed: the plan has changed."))],
            Self::Open | Self::Proposed => Vec::new(),
        }
    }
}
