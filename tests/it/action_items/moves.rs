//! Every operation by either party in every state: who may do it, what comes of it, and which rule refuses it.

use serde_json::{Value, json};

use super::{ITEM, create, create_contact, date_input, go, move_input, name_contacts};
use crate::harness::{Caller, World, on_both_databases};

/// An item that one party asks of the other. A state is what the operation leads to; `asked` is a wish for another
/// date that waits for an answer, `moved` a date that changed at once.
const ASKED: &str = "
                      PROPOSED  OPEN        IN_PROGRESS DONE        VERIFIED DECLINED CANCELLED
owner     accept      OPEN      T11         T11         T11         T11      T11      T11
owner     decline     DECLINED  T11         T11         T11         T11      T11      T11
owner     date        asked     asked       asked       T11         T11      T11      T11
owner     start       T11       IN_PROGRESS T11         T11         T11      T11      T11
owner     complete    T11       DONE        DONE        T11         T11      T11      T11
owner     verify      T7        T7          T7          T7          T7       T7       T7
owner     reopen      T7        T7          T7          T7          T7       T7       T7
owner     cancel      T7        T7          T7          T7          T7       T7       T7
owner     title       T7        T7          T7          T7          T11      T11      T11
owner     description T7        T7          T7          T7          T11      T11      T11
owner     priority    T7        T7          T7          T7          T11      T11      T11
owner     assign      ok        ok          ok          ok          T11      T11      T11
owner     label       ok        ok          ok          ok          T11      T11      T11
owner     comment     ok        ok          ok          ok          ok       ok       ok
requester accept      T7        T7          T7          T7          T7       T7       T7
requester decline     T7        T7          T7          T7          T7       T7       T7
requester date        T11       asked       asked       T11         T11      T11      T11
requester start       T7        T7          T7          T7          T7       T7       T7
requester complete    T7        T7          T7          T7          T7       T7       T7
requester verify      T11       T11         T11         VERIFIED    T11      T11      T11
requester reopen      T11       T11         T11         IN_PROGRESS T11      T11      T11
requester cancel      CANCELLED CANCELLED   CANCELLED   T11         T11      T11      T11
requester title       ok        T11         T11         T11         T11      T11      T11
requester description ok        T11         T11         T11         T11      T11      T11
requester priority    ok        T11         T11         T11         T11      T11      T11
requester assign      T7        T7          T7          T7          T11      T11      T11
requester label       ok        ok          ok          ok          T11      T11      T11
requester comment     ok        ok          ok          ok          ok       ok       ok
";

/// An item that a party asks of itself.
const OWN: &str = "
                      OPEN        IN_PROGRESS DONE        VERIFIED CANCELLED
owner     accept      T11         T11         T11         T11      T11
owner     decline     T11         T11         T11         T11      T11
owner     date        moved       moved       T11         T11      T11
owner     start       IN_PROGRESS T11         T11         T11      T11
owner     complete    DONE        DONE        T11         T11      T11
owner     verify      T11         T11         VERIFIED    T11      T11
owner     reopen      T11         T11         IN_PROGRESS T11      T11
owner     cancel      CANCELLED   CANCELLED   T11         T11      T11
owner     title       ok          ok          ok          T11      T11
owner     description ok          ok          ok          T11      T11
owner     priority    ok          ok          ok          T11      T11
owner     assign      ok          ok          ok          T11      T11
owner     label       ok          ok          ok          T11      T11
owner     comment     ok          ok          ok          ok       ok
other     accept      T7          T7          T7          T7       T7
other     decline     T7          T7          T7          T7       T7
other     date        T7          T7          T7          T7       T7
other     start       T7          T7          T7          T7       T7
other     complete    T7          T7          T7          T7       T7
other     verify      T7          T7          T7          T7       T7
other     reopen      T7          T7          T7          T7       T7
other     cancel      T7          T7          T7          T7       T7
other     title       T7          T7          T7          T11      T11
other     description T7          T7          T7          T11      T11
other     priority    T7          T7          T7          T11      T11
other     assign      T7          T7          T7          T11      T11
other     label       ok          ok          ok          T11      T11
other     comment     ok          ok          ok          ok       ok
";

/// Who asks, who does it, and whom it could be assigned to.
struct Cast<'w> {
    world: &'w World,
    requester: &'w Caller,
    owner: &'w Caller,
    owner_party: &'static str,
    contact: String,
}

impl Cast<'_> {
    /// A fresh item in a state.
    async fn reach(&self, state: &str, own: bool) -> Value {
        let item = create(self.requester, self.world, json!({ "owner": self.owner_party })).await;
        let mut path: Vec<(&Caller, &str)> = if own { vec![] } else { vec![(self.owner, "acceptActionItem")] };
        let work = [(self.owner, "startActionItem"), (self.owner, "completeActionItem")];
        match state {
            "PROPOSED" => path.clear(),
            "DECLINED" => path = vec![(self.owner, "declineActionItem")],
            "CANCELLED" => path.push((self.requester, "cancelActionItem")),
            "IN_PROGRESS" => path.extend(&work[..1]),
            "DONE" => path.extend(work),
            "VERIFIED" => path.extend(work.into_iter().chain([(self.requester, "verifyActionItem")])),
            _ => {}
        }
        let mut item = item;
        for (caller, step) in path {
            item = go(caller, step, &item).await;
        }
        assert_eq!(item["state"], state);
        item
    }

    /// What an operation on an item comes to.
    async fn outcome(&self, caller: &Caller, operation: &str, item: &Value) -> String {
        let update = |field: &str, value: Value| {
            let mut input = json!({ "actionItemId": item["id"], "expectedVersion": item["version"] });
            input[field] = value;
            ("updateActionItem".to_owned(), input, "actionItem { state version }")
        };
        let (mutation, input, selection) = match operation {
            "date" => {
                ("proposeActionItemDueDate".to_owned(), date_input(item, "2026-05-01"), "dueDateChange { state }")
            }
            "title" => update("title", "Another title".into()),
            "description" => update("description", "Another description".into()),
            "priority" => update("priority", "URGENT".into()),
            "assign" => update("assigneeContactId", self.contact.as_str().into()),
            "label" => update("labels", json!(["quality"])),
            "comment" => {
                let input = json!({ "actionItemId": item["id"], "body": "Noted." });
                ("addActionItemComment".to_owned(), input, "comment { party }")
            }
            step => {
                let mutation = format!("{step}ActionItem");
                let input = move_input(&mutation, item);
                (mutation, input, ITEM)
            }
        };
        let mut type_name = mutation.clone();
        type_name[..1].make_ascii_uppercase();
        let input_type = match operation {
            "accept" | "start" | "complete" | "verify" => "ActionItemMoveInput".to_owned(),
            "decline" | "reopen" | "cancel" => "ActionItemReasonInput".to_owned(),
            _ => format!("{type_name}Input"),
        };
        let document = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
        let answer = caller.send(&document, json!({ "input": input })).await;
        if let Some(refusal) = answer.refusals().into_iter().next() {
            assert_eq!(refusal.code, "FAILED_PRECONDITION", "{operation}: {}", refusal.message);
            return refusal.rule.expect("a rule");
        }
        let payload = &answer.body["data"][&mutation];
        match operation {
            "date" if payload["dueDateChange"]["state"] == "PENDING" => "asked".to_owned(),
            "date" if payload["dueDateChange"]["state"] == "AGREED" => "moved".to_owned(),
            "title" | "description" | "priority" | "assign" | "label" => {
                assert_eq!(payload["actionItem"]["state"], item["state"], "{operation} moves nothing");
                "ok".to_owned()
            }
            "comment" => "ok".to_owned(),
            _ => payload["actionItem"]["state"].as_str().expect("a state").to_owned(),
        }
    }

    /// Fills the table in: the same rows and columns, with what really happens.
    async fn table(&self, expected: &str, own: bool) -> String {
        let mut lines = expected.trim_matches('\n').lines();
        let states: Vec<&str> = lines.next().expect("a heading").split_whitespace().collect();
        let mut found = vec![states.join(" ")];
        let mut items = Vec::new();
        for state in &states {
            items.push(self.reach(state, own).await);
        }
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (who, operation) = (words[0], words[1]);
            let caller = match who {
                "owner" => self.owner,
                "requester" => self.requester,
                _ if std::ptr::eq(self.owner, &raw const self.world.sponsor) => &self.world.cdmo,
                _ => &self.world.sponsor,
            };
            let mut row = vec![who.to_owned(), operation.to_owned()];
            for (state, item) in states.iter().zip(&mut items) {
                let outcome = self.outcome(caller, operation, item).await;
                if !outcome.starts_with('T') {
                    *item = self.reach(state, own).await;
                }
                row.push(outcome);
            }
            found.push(row.join(" "));
        }
        found.join("\n")
    }
}

fn without_columns(table: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    table.trim_matches('\n').lines().map(words).collect::<Vec<_>>().join("\n")
}

async fn check_tables(world: &World, sponsor_asks: bool) {
    let (requester, other) = if sponsor_asks { (&world.sponsor, &world.cdmo) } else { (&world.cdmo, &world.sponsor) };
    let (requester_party, other_party) = if sponsor_asks { ("SPONSOR", "CDMO") } else { ("CDMO", "SPONSOR") };
    let contact = create_contact(other, "Olga", None).await;
    name_contacts(other, world, &[&contact]).await;
    let asked = Cast { world, requester, owner: other, owner_party: other_party, contact };
    assert_eq!(asked.table(ASKED, false).await, without_columns(ASKED));
    let contact = create_contact(requester, "Otto", None).await;
    name_contacts(requester, world, &[&contact]).await;
    let own = Cast { world, requester, owner: requester, owner_party: requester_party, contact };
    assert_eq!(own.table(OWN, true).await, without_columns(OWN));
}

on_both_databases! {
    async fn the_sponsor_asks(app: App) {
        check_tables(&World::new(&app).await, true).await;
    }

    async fn the_cdmo_asks(app: App) {
        check_tables(&World::new(&app).await, false).await;
    }

    async fn a_move_keeps_its_reason_and_says_how_to_go_on(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let declined = go(&world.cdmo, "declineActionItem", &item).await;
        assert_eq!(declined["stateReason"], "because");
        let refusal = world.cdmo.mutation_refused("acceptActionItem", move_input("acceptActionItem", &declined)).await;
        assert_eq!(
            refusal.message,
            "this action item cannot be accepted: it is declined, and so finished: create a new action item to ask again"
        );
        let refusal = world.sponsor.mutation_refused("acceptActionItem", move_input("acceptActionItem", &declined)).await;
        assert_eq!(refusal.message, "an action item is accepted by the party that owns it, which is not yours");
    }

    async fn a_move_of_another_version_is_a_conflict(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        let accepted = go(&world.cdmo, "acceptActionItem", &item).await;
        assert_eq!(accepted["version"], 2);
        for mutation in ["startActionItem", "cancelActionItem"] {
            let refusal = world.cdmo.mutation_refused(mutation, move_input(mutation, &item)).await;
            assert_eq!((refusal.code.as_str(), refusal.current_version), ("CONFLICT", Some(2)), "{mutation}");
        }
        let refusal = world.cdmo.mutation_refused("proposeActionItemDueDate", date_input(&item, "2026-05-01")).await;
        assert_eq!((refusal.code.as_str(), refusal.current_version), ("CONFLICT", Some(2)));
    }

    async fn a_reason_is_needed_where_a_rule_wants_one(app: App) {
        let world = World::new(&app).await;
        let item = create(&world.sponsor, &world, json!({})).await;
        for mutation in ["declineActionItem", "reopenActionItem", "cancelActionItem"] {
            let mut input = move_input(mutation, &item);
            input["reason"] = "  ".into();
            let refusal = world.cdmo.mutation_refused(mutation, input).await;
            assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("BAD_USER_INPUT", Some("input.reason")));
        }
    }
}
