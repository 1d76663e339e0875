//! Asking several workers until enough have answered.
//!
//! Goals: no more are asked than needed, as long as they answer; one that fails is replaced at once, one that is slow
//! is hedged; ends when the goal is met or nobody is left. Some may be asked only by who has leave: until it comes, they
//! count neither as asked nor as slow, and who is replaced or hedged by one of them waits.

use ballast_core::ShardIndex;
use futures::{stream::FuturesUnordered, StreamExt};
use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    pin::pin,
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

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

/// Leave to ask shards that not everyone may ask at a time.
pub(crate) enum Leave<'a> {
    /// Nobody has to have it.
    Free,
    /// So many may have it at a time.
    Of(&'a Semaphore),
    /// It is given back when this is dropped.
    Had { _permit: SemaphorePermit<'a> },
}

impl<'a> Leave<'a> {
    /// Waits until it comes, in the order of who waits.
    async fn come(places: Option<&'a Semaphore>) -> Self {
        match places {
            Some(places) => match places.acquire().await {
                Ok(permit) => Self::Had { _permit: permit },
                // Nobody closes it.
                Err(_) => Self::Free,
            },
            None => Self::Free,
        }
    }

    fn places(&self) -> Option<&'a Semaphore> {
        match self {
            Self::Of(places) => Some(places),
            Self::Free | Self::Had { .. } => None,
        }
    }
}

/// What is wanted.
pub(crate) struct Goal<'a, T> {
    /// Shards that are asked without leave.
    pub free: &'a [ShardIndex],
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

/// Asks the shards in this order. An attempt gives `None` if it failed. Leave that was taken is the caller's to give back.
pub(crate) async fn gather<'l, T, F>(
    order: Vec<ShardIndex>,
    goal: Goal<'_, T>,
    leave: &mut Leave<'l>,
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
    // Made once, so that it keeps its place among those who wait.
    let mut coming = pin!(Leave::come(leave.places()));
    loop {
        let mut lacks_leave = false;
        let base = if has_failed || hedges > 0 {
            goal.otherwise
        } else {
            goal.at_best
        };
        let target = base.saturating_add(hedges);
        while got.len().saturating_add(pending.len()) < target {
            let Some(shard) = waiting.front().copied() else {
                break;
            };
            lacks_leave = leave.places().is_some() && !goal.free.contains(&shard);
            if lacks_leave {
                break;
            }
            waiting.pop_front();
            asked.push((shard, Instant::now()));
            let answer = attempt(shard);
            pending.push(async move { (shard, answer.await) });
        }
        if (goal.is_met)(&got) || (pending.is_empty() && !lacks_leave) {
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
            came = &mut coming, if lacks_leave => *leave = came,
            () = tokio::time::sleep(goal.hedge_delay.saturating_mul(1 << hedges.min(MAX_DOUBLINGS))), if !waiting.is_empty() && !lacks_leave => {
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
            free: &[],
            at_best,
            otherwise,
            hedge_delay: DELAY,
        };
        let order = (0..script.len())
            .map(|shard| ShardIndex(shard as u8))
            .collect();
        let gathered = gather(order, goal, &mut Leave::Free, |shard| {
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

    /// Shard 0 and 1 are wanted and free, 2 and 3 are not; two suffice. Returns what was asked, who was slow, and the leave.
    async fn run_with_leave<'l>(
        script: [(u64, bool); 4],
        places: &'l Semaphore,
    ) -> (Vec<u8>, Vec<ShardIndex>, Leave<'l>) {
        let asked = Mutex::new(Vec::new());
        let goal = Goal {
            is_met: Box::new(|got: &BTreeMap<ShardIndex, ()>| got.len() >= 2),
            free: &[ShardIndex(0), ShardIndex(1)],
            at_best: 2,
            otherwise: 2,
            hedge_delay: DELAY,
        };
        let mut leave = Leave::Of(places);
        let order = (0..4).map(ShardIndex).collect();
        let gathered = gather(order, goal, &mut leave, |shard| {
            asked.lock().unwrap().push(shard.0);
            let (millis, answers) = script[usize::from(shard.0)];
            async move {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                answers.then_some(())
            }
        })
        .await;
        (asked.into_inner().unwrap(), gathered.slow, leave)
    }

    #[tokio::test(start_paused = true)]
    async fn who_needs_no_leave_takes_none() {
        let places = Semaphore::new(0);
        let (asked, _, leave) = run_with_leave([(10, true); 4], &places).await;
        assert_eq!(asked, [0, 1]);
        assert!(matches!(leave, Leave::Of(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn leave_is_waited_for_and_kept() {
        let places = Semaphore::new(1);
        let failing = [(10, true), (10, false), (10, true), (10, true)];
        let (asked, _, first) = run_with_leave(failing, &places).await;
        assert_eq!((asked, places.available_permits()), (vec![0, 1, 2], 0));
        let start = Instant::now();
        let end = async {
            tokio::time::sleep(100 * DELAY).await;
            drop(first);
        };
        let ((asked, slow, second), ()) = tokio::join!(run_with_leave(failing, &places), end);
        // For all that time nobody more was asked, and nobody was called slow.
        assert_eq!((asked, slow), (vec![0, 1, 2], vec![]));
        assert_eq!(start.elapsed(), 100 * DELAY + Duration::from_millis(10));
        drop(second);
        assert_eq!(places.available_permits(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_answer_that_comes_before_leave_does() {
        let places = Semaphore::new(0);
        let slow = [(10, true), (5_000, true), (10, true), (10, true)];
        let (asked, slow, leave) = run_with_leave(slow, &places).await;
        assert_eq!((asked, slow), (vec![0, 1], vec![]));
        assert!(matches!(leave, Leave::Of(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_dropped_while_waiting_keeps_nobody_else_waiting() {
        let places = Semaphore::new(1);
        let failing = [(10, true), (10, false), (10, true), (10, true)];
        let (_, _, first) = run_with_leave(failing, &places).await;
        let given_up = tokio::time::timeout(5 * DELAY, run_with_leave(failing, &places));
        assert!(given_up.await.is_err());
        drop(first);
        let (asked, _, _) = run_with_leave(failing, &places).await;
        assert_eq!(asked, [0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_for_leave_have_it_in_turn() {
        let places = Semaphore::new(1);
        let failing = [(10, false), (10, false), (10, true), (10, true)];
        let rows = (0..20).map(|_| async { drop(run_with_leave(failing, &places).await) });
        let start = Instant::now();
        futures::future::join_all(rows).await;
        // Ten to fail, then ten for each of them.
        assert_eq!(start.elapsed(), Duration::from_millis(210));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nobody_is_left() {
        let (asked, got, slow, _) = run(&vec![(10, false), (20, true), (30, false)], 2, 2).await;
        assert_eq!((asked, got, slow), (vec![0, 1, 2], vec![1], vec![]));
    }
}
