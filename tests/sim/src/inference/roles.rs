//! Who is what. As many collude as can condemn nobody who appeals, and no more than a third of the stake.

use crate::{rng::Rng, scenario::Scenario};

/// Workers of a story: enough for a pair, a committee and an appeal beside the executor.
pub const WORKERS: usize = 18;
/// With a pair of colluders and four of a committee, six would be needed to condemn somebody honest.
const COLLUDERS_MAX: usize = 5;
const SILENT_MAX: usize = 3;

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It claims what it served, and scores what it finds.
    Honest,
    /// It claims what it did not serve whenever that might pay, and scores what it finds.
    Cheating,
    /// It cheats, finds its own kind right, and everybody else wrong.
    Colluding,
    /// It is honest, and says nothing when it is drawn, or not all of it.
    Silent,
}

/// What each worker is.
pub fn choose(scenario: &Scenario, rng: &mut Rng) -> Vec<Kind> {
    let total: u128 = scenario.workers.iter().map(|worker| worker.stake).sum();
    let (mut stake, mut colluders, mut silent) = (0, 0, 0);
    let kind = |worker: &crate::scenario::WorkerPlan| match rng.below(10) {
        0..=3 if colluders < COLLUDERS_MAX && (stake + worker.stake) * 3 <= total => {
            stake += worker.stake;
            colluders += 1;
            Kind::Colluding
        }
        4 if silent < SILENT_MAX => {
            silent += 1;
            Kind::Silent
        }
        5 | 6 => Kind::Cheating,
        _ => Kind::Honest,
    };
    scenario.workers.iter().map(kind).collect()
}
