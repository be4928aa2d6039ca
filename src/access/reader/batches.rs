//! When the loads of a request run: in the request's own task, whenever all of its resolvers wait. Each resolver
//! that can has said what it needs by then, so that needs alike become one statement; nothing waits for a timer or
//! changes threads, and what nobody waits for any more is dropped with the request.

use std::future::{Future, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use async_graphql::runtime::Timer;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, FuturesUnordered, Stream, StreamExt};
use futures_util::task::{FutureObj, Spawn, SpawnError};

/// The loads of one request that have not begun.
#[derive(Clone, Default)]
pub(super) struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Batches {
    /// Runs a request, and its loads whenever it waits for them.
    pub(super) async fn run<T>(&self, request: impl Future<Output = T>) -> T {
        let mut request = pin!(request);
        let mut running = FuturesUnordered::new();
        poll_fn(|context| self.poll(context, &mut running, |context| request.as_mut().poll(context))).await
    }

    /// Runs a request that answers many times. What it waits for goes on between two calls for its next answer, even
    /// if the first of them was given up.
    pub(super) fn run_each<S: Stream>(self, answers: S) -> impl Stream<Item = S::Item> {
        let mut answers = Box::pin(answers);
        let mut running = FuturesUnordered::new();
        stream::poll_fn(move |context| self.poll(context, &mut running, |context| answers.as_mut().poll_next(context)))
    }

    /// Polls a request until it is ready, or waits for something that is no load or a load that is not done.
    fn poll<T>(
        &self,
        context: &mut Context<'_>,
        running: &mut FuturesUnordered<FutureObj<'static, ()>>,
        mut request: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        loop {
            if let Poll::Ready(answer) = request(context) {
                return Poll::Ready(answer);
            }
            let new = self.take();
            let mut goes_on = !new.is_empty();
            running.extend(new);
            while let Poll::Ready(Some(())) = running.poll_next_unpin(context) {
                goes_on = true;
            }
            if !goes_on {
                return Poll::Pending;
            }
        }
    }

    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Spawn for Batches {
    fn spawn_obj(&self, load: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(load);
        Ok(())
    }
}

impl Timer for Batches {
    /// A load begins when the resolvers wait, which needs no delay.
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(ready(()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_graphql::dataloader::{DataLoader, Loader};
    use futures_util::future::{FutureExt as _, join_all};

    use super::*;

    /// Squares numbers, and counts how often it is asked.
    #[derive(Default)]
    struct Squares(AtomicUsize);

    impl Loader<u64> for Squares {
        type Value = u64;
        type Error = ();

        async fn load(&self, keys: &[u64]) -> Result<HashMap<u64, u64>, ()> {
            self.0.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(keys.iter().map(|key| (*key, key * key)).collect())
        }
    }

    #[tokio::test]
    async fn what_is_needed_at_once_is_loaded_at_once() {
        let batches = Batches::default();
        let loader = DataLoader::new(Squares::default(), batches.clone(), batches.clone());
        let fourth_power = async |number: u64| {
            let square = loader.load_one(number).await.unwrap().unwrap();
            loader.load_one(square).await.unwrap().unwrap()
        };
        let all = batches.run(join_all((1..=100).map(fourth_power))).await;
        assert_eq!(all, (1..=100).map(|number: u64| number.pow(4)).collect::<Vec<_>>());
        assert_eq!(loader.loader().0.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_load_goes_on_when_the_wait_for_an_answer_was_given_up() {
        let batches = Batches::default();
        let loader = DataLoader::new(Squares::default(), batches.clone(), batches.clone());
        let answers = stream::iter(1..=2_u64).then(async |number| loader.load_one(number).await.unwrap().unwrap());
        let mut answers = pin!(batches.run_each(answers));
        assert!(answers.next().now_or_never().is_none(), "the load yields once");
        assert_eq!(answers.collect::<Vec<_>>().await, [1, 4]);
    }

    #[tokio::test]
    async fn a_request_that_loads_nothing_ends() {
        assert_eq!(Batches::default().run(async { 7 }).await, 7);
    }
}
