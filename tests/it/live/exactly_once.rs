//! Followers that lose their connection again and again, while many write: each has every entry exactly once, over
//! whichever service of the database it connects to.

use futures_util::future::join_all;

use super::{cursors, entry, follow, write};
use crate::harness::{Caller, World, on_both_databases};

const WRITERS: usize = 4;
const ENTRIES_EACH: usize = 15;
const FOLLOWERS: u32 = 4;

on_both_databases! {
    async fn a_follower_that_reconnects_at_random_has_every_entry_once(app: App) {
        let world = World::new(&app).await;
        let routers = [app.router.clone(), app.replica().await];
        let first = cursors(&world.sponsor, &world.relationship).await.remove(1);
        let last = i64::try_from(2 + WRITERS * ENTRIES_EACH).expect("few");
        let writers = (0..WRITERS).map(|number| {
            let caller = if number % 2 == 0 { &world.sponsor } else { &world.cdmo };
            tokio::spawn(write_all(caller.at(&routers[number / 2]), world.relationship.clone()))
        });
        let followers = (1..=FOLLOWERS).map(|seed| {
            let callers = [world.cdmo.at(&routers[0]), world.cdmo.at(&routers[1])];
            tokio::spawn(follow_to(last, callers, world.relationship.clone(), first.clone(), Dice(seed)))
        });
        let (writers, followers): (Vec<_>, Vec<_>) = (writers.collect(), followers.collect());
        for writer in join_all(writers).await {
            writer.expect("no writer failed");
        }
        for seen in join_all(followers).await {
            assert_eq!(seen.expect("no follower failed"), (3..=last).collect::<Vec<_>>());
        }
    }
}

async fn write_all(caller: Caller, relationship: String) {
    for number in 0..ENTRIES_EACH {
        write(&caller, &relationship, &format!("Item {number}")).await;
    }
}

/// The numbers of all entries that a follower has seen when it has seen the last.
async fn follow_to(last: i64, callers: [Caller; 2], relationship: String, from: String, mut dice: Dice) -> Vec<i64> {
    let (mut seen, mut after) = (Vec::new(), from);
    while seen.last() != Some(&last) {
        let caller = &callers[dice.below(2)];
        let mut events = follow(caller, &relationship, Some(&after)).await;
        for _ in 0..dice.below(6) {
            if seen.last() == Some(&last) {
                break;
            }
            let (number, cursor) = entry(&events.answer().await);
            seen.push(number);
            after = cursor;
        }
    }
    seen
}

/// Numbers without a pattern, the same in each run.
struct Dice(u32);

impl Dice {
    fn below(&mut self, end: u32) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from((self.0 >> 16) % end).expect("small")
    }
}
