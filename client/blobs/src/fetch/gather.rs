//! Asking several workers until enough have answered.
//!
//! Goals: no more are asked than needed, as long as they answer; one that fails is replaced at once, one that is slow
//! is hedged; ends when the goal is met or nobody is left.

use ballast_core::ShardIndex;
use futures::{stream::FuturesUnordered, StreamExt};
use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    time::Duration,
};
use tokio::time::Instant;

/// What came of it.
pub(crate) struct Gathered<T> {
    /// Good answers.
    pub got: BTreeMap<ShardIndex, T>,
    /// Had been asked for the hedge delay or longer without an answer when the goal was met.
    pub slow: Vec<ShardIndex>,
}

/// Times that the delay between two hedges doubles.
const MAX_DOUBLINGS: usize = 6;

/// Whether answers suffice.
type IsMet<'a, T> = Box<dyn Fn(&BTreeMap<ShardIndex, T>) -> bool + Send + Sync + 'a>;

/// What is wanted.
pub(crate) struct Goal<'a, T> {
    /// Whether these answers suffice.
    pub is_met: IsMet<'a, T>,
    /// Answers needed as long as nobody fails.
    pub at_best: usize,
    /// Answers needed once somebody failed or is slow.
    pub otherwise: usize,
    /// Without an answer for this long, one more is asked; then after twice as long, and so on: where the line is slow
    /// rather than a worker, more requests make it slower.
    pub hedge_delay: Duration,
}

/// Asks the shards in this order. An attempt gives `None` if it failed.
pub(crate) async fn gather<T, F>(
    order: Vec<ShardIndex>,
    goal: Goal<'_, T>,
    attempt: impl Fn(ShardIndex) -> F,
) -> Gathered<T>
where
    F: Future<Output = Option<T>>,
{
    let mut waiting: VecDeque<ShardIndex> = order.into();
    let mut pending = FuturesUnordered::new();
    let mut asked: Vec<(ShardIndex, Instant)> = Vec::new();
    let mut got = BTreeMap::new();
    let (mut has_failed, mut hedges) = (false, 0usize);
    loop {
        let base = if has_failed || hedges > 0 {
            goal.otherwise
        } else {
            goal.at_best
        };
        let target = base.saturating_add(hedges);
        while got.len().saturating_add(pending.len()) < target {
            let Some(shard) = waiting.pop_front() else {
                break;
            };
            asked.push((shard, Instant::now()));
            let answer = attempt(shard);
            pending.push(async move { (shard, answer.await) });
        }
        if (goal.is_met)(&got) || pending.is_empty() {
            let slow = asked
                .iter()
                .filter(|(_, since)| since.elapsed() >= goal.hedge_delay);
            return Gathered {
                slow: slow.map(|(shard, _)| *shard).collect(),
                got,
            };
        }
        tokio::select! {
            Some((shard, answer)) = pending.next() => {
                asked.retain(|(other, _)| *other != shard);
                match answer {
                    Some(answer) => { got.insert(shard, answer); }
                    None => has_failed = true,
                }
            }
            () = tokio::time::sleep(goal.hedge_delay.saturating_mul(1 << hedges.min(MAX_DOUBLINGS))), if !waiting.is_empty() => {
                hedges = hedges.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    const DELAY: Duration = Duration::from_secs(1);

    /// How long each shard takes, and whether it answers.
    type Script = Vec<(u64, bool)>;

    async fn run(
        script: &Script,
        at_best: usize,
        otherwise: usize,
    ) -> (Vec<u8>, Vec<u8>, Vec<u8>, Duration) {
        let asked = Mutex::new(Vec::new());
        let start = tokio::time::Instant::now();
        let goal = Goal {
            is_met: Box::new(move |got: &BTreeMap<ShardIndex, ()>| {
                (0..at_best).all(|shard| got.contains_key(&ShardIndex(shard as u8)))
                    || got.len() >= otherwise
            }),
            at_best,
            otherwise,
            hedge_delay: DELAY,
        };
        let order = (0..script.len())
            .map(|shard| ShardIndex(shard as u8))
            .collect();
        let gathered = gather(order, goal, |shard| {
            asked.lock().unwrap().push(shard.0);
            let (millis, answers) = script[usize::from(shard.0)];
            async move {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                answers.then_some(())
            }
        })
        .await;
        let numbers =
            |shards: &[ShardIndex]| shards.iter().map(|shard| shard.0).collect::<Vec<u8>>();
        let got: Vec<ShardIndex> = gathered.got.keys().copied().collect();
        (
            asked.into_inner().unwrap(),
            numbers(&got),
            numbers(&gathered.slow),
            start.elapsed(),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_asked_than_needed() {
        let (asked, got, slow, _) = run(&vec![(10, true); 8], 4, 4).await;
        assert_eq!(
            (asked, got, slow),
            (vec![0, 1, 2, 3], vec![0, 1, 2, 3], vec![])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_replaced_at_once() {
        let (asked, got, slow, time) =
            run(&vec![(10, true), (10, false), (10, true), (10, true)], 2, 2).await;
        assert_eq!((asked, got, slow), (vec![0, 1, 2], vec![0, 2], vec![]));
        assert_eq!(time, Duration::from_millis(20));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_is_hedged_after_the_delay() {
        let (asked, got, slow, time) = run(
            &vec![(10, true), (1_000_000, true), (10, true), (10, true)],
            2,
            2,
        )
        .await;
        assert_eq!((asked, got, slow), (vec![0, 1, 2], vec![0, 2], vec![1]));
        assert_eq!(
            time,
            Duration::from_millis(10) + DELAY + Duration::from_millis(10)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn hedges_come_ever_more_slowly() {
        let (asked, _, _, time) = run(&vec![(100_000, true); 8], 1, 1).await;
        // After 1, 3, 7, 15, 31 and 63 s.
        assert_eq!((asked.len(), time), (7, Duration::from_secs(100)));
    }

    #[tokio::test(start_paused = true)]
    async fn decoding_one_shard_asks_for_as_many_as_that_takes() {
        let (asked, got, _, time) = run(
            &vec![(10, false), (10, true), (10, true), (10, true), (10, true)],
            1,
            3,
        )
        .await;
        assert_eq!((asked, got), (vec![0, 1, 2, 3], vec![1, 2, 3]));
        assert_eq!(time, Duration::from_millis(20));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nobody_is_left() {
        let (asked, got, slow, _) = run(&vec![(10, false), (20, true), (30, false)], 2, 2).await;
        assert_eq!((asked, got, slow), (vec![0, 1, 2], vec![1], vec![]));
    }
}
