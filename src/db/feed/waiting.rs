//! Those of this process who wait, by chain. A chain that nobody waits for takes no room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a waiter waits without a word before it looks for itself. A word can be lost: with the connection that it
/// came by, or with a service that was killed between commit and telling.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// The chains that are waited for.
#[derive(Debug)]
pub(super) struct Waiting {
    chains: Mutex<HashMap<Uuid, watch::Sender<()>>>,
    patience: Duration,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self { chains: Mutex::default(), patience }
    }

    pub(super) fn add(self: &Arc<Self>, chain: Uuid) -> Waiter {
        let word = self.chains().entry(chain).or_default().subscribe();
        Waiter { chain, word, waiting: Arc::clone(self) }
    }

    pub(super) fn wake(&self, chain: Uuid) {
        if let Some(waiters) = self.chains().get(&chain) {
            waiters.send_replace(());
        }
    }

    pub(super) fn wake_all(&self) {
        for waiters in self.chains().values() {
            waiters.send_replace(());
        }
    }

    fn chains(&self) -> MutexGuard<'_, HashMap<Uuid, watch::Sender<()>>> {
        self.chains.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits for a chain to grow.
#[derive(Debug)]
pub struct Waiter {
    chain: Uuid,
    word: watch::Receiver<()>,
    waiting: Arc<Waiting>,
}

impl Waiter {
    /// Done once the chain may have grown since this was last asked. Holds no connection.
    pub async fn grown(&mut self) {
        // The sender lives as long as it has a receiver; that the time is up is a reason to look, too.
        _ = timeout(self.waiting.patience, self.word.changed()).await;
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut chains = self.waiting.chains();
        if chains.get(&self.chain).is_some_and(|waiters| waiters.receiver_count() == 1) {
            chains.remove(&self.chain);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const CHAIN: Uuid = Uuid::from_u128(1);

    #[tokio::test]
    async fn a_word_wakes_all_who_wait_for_its_chain_and_nobody_else() {
        let waiting = Arc::new(Waiting::new(PATIENCE));
        let (mut one, mut two, mut other) = (waiting.add(CHAIN), waiting.add(CHAIN), waiting.add(Uuid::nil()));
        waiting.wake(CHAIN);
        waiting.wake(CHAIN);
        for waiter in [&mut one, &mut two] {
            assert!(waiter.grown().now_or_never().is_some());
            assert!(waiter.grown().now_or_never().is_none(), "two words are one reason to look");
        }
        assert!(other.grown().now_or_never().is_none());
        waiting.wake_all();
        assert!(other.grown().now_or_never().is_some() && one.grown().now_or_never().is_some());
    }

    #[tokio::test]
    async fn without_a_word_one_looks_after_a_while() {
        Arc::new(Waiting::new(Duration::from_millis(1))).add(CHAIN).grown().await;
    }

    #[test]
    fn a_chain_that_nobody_waits_for_takes_no_room() {
        let waiting = Arc::new(Waiting::new(PATIENCE));
        let (one, two) = (waiting.add(CHAIN), waiting.add(CHAIN));
        drop(one);
        assert_eq!(waiting.chains().len(), 1);
        drop(two);
        assert_eq!(waiting.chains().len(), 0);
    }
}
