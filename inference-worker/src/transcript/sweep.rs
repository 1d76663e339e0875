//! Removes transcripts that nobody can ask for any more: of claims whose check window has closed, and of channels that are
//! over.

use super::{batch::Batch, store::Transcripts};
use crate::verify::chain::{Docket, DocketError};
use ballast_core::{claim::BatchScope, ChannelId};
use std::{collections::BTreeSet, time::Duration};

/// How often it is looked for them.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(300);
/// How long a transcript stays in any case: a channel that pays already may not be final yet.
const AGE_MIN_S: u64 = 600;

/// Looks through all channels once. Gives how many transcripts were removed.
pub async fn sweep(
    transcripts: &Transcripts,
    docket: &dyn Docket,
    now: u64,
) -> Result<usize, DocketError> {
    let mut removed = 0;
    for channel in transcripts.channels() {
        for number in unneeded(transcripts, docket, channel, now).await? {
            match transcripts.forget((channel, number)) {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(%error, "a transcript stays"),
            }
        }
    }
    Ok(removed)
}

/// Numbers of the channel's claims that are settled and past their check window.
async fn unneeded(
    transcripts: &Transcripts,
    docket: &dyn Docket,
    channel: ChannelId,
    now: u64,
) -> Result<Vec<u64>, DocketError> {
    let kept = transcripts.leaves(channel);
    let aged = kept
        .iter()
        .filter(|(_, kept_at)| kept_at.saturating_add(AGE_MIN_S) <= now)
        .map(|(leaf, _)| leaf.number);
    // The channel first: a batch that is settled in between counts as not settled yet.
    let Some(info) = docket.channel(channel).await? else {
        return Ok(aged.collect());
    };
    let scope = BatchScope {
        genesis_hash: docket.genesis_hash(),
        channel,
        model: info.model,
    };
    let leaves: Vec<_> = kept.iter().map(|(leaf, _)| leaf.clone()).collect();
    let mut needed = BTreeSet::new();
    for settlement in docket.settlements_of(channel).await? {
        match Batch::find(&scope, &leaves, settlement.leaves, &settlement.root) {
            Some(batch) => needed.extend(batch.numbers),
            // Which claims it has is not known, so all may be needed.
            None => return Ok(Vec::new()),
        }
    }
    Ok(aged
        .filter(|number| *number <= info.last_number && !needed.contains(number))
        .collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::tests::transcript, *};
    use crate::verify::fake::{FakeDocket, CHANNEL};
    use zeroize::Zeroizing;

    const LATER: u64 = 10_000;

    fn numbers(store: &Transcripts) -> Vec<u64> {
        let leaves = store.leaves(CHANNEL).into_iter();
        leaves.map(|(leaf, _)| leaf.number).collect()
    }

    #[tokio::test]
    async fn a_transcript_goes_when_its_window_closes_and_no_sooner() {
        let dir = tempfile::tempdir().unwrap();
        let store = Transcripts::open(dir.path(), Zeroizing::new([1; 32])).unwrap();
        for number in 1..=6 {
            store.keep(CHANNEL, &transcript(number), 0).unwrap();
        }
        let leaves: Vec<_> = (3..=4).map(|number| transcript(number).leaf).collect();
        let docket = FakeDocket::settled(&leaves);
        // 1 and 2 were settled before and are paid; 3 and 4 are in their window; 5 and 6 are not settled.
        assert_eq!(sweep(&store, &docket, 100).await.unwrap(), 0, "too young");
        assert_eq!(sweep(&store, &docket, LATER).await.unwrap(), 2);
        assert_eq!(numbers(&store), [3, 4, 5, 6]);
        docket.with(|state| state.settlement = None);
        assert_eq!(sweep(&store, &docket, LATER).await.unwrap(), 2);
        assert_eq!(numbers(&store), [5, 6]);
        docket.with(|state| state.channel = None);
        assert_eq!(sweep(&store, &docket, LATER).await.unwrap(), 2);
        assert!(numbers(&store).is_empty());
    }

    #[tokio::test]
    async fn nothing_goes_while_a_settlement_is_not_understood() {
        let dir = tempfile::tempdir().unwrap();
        let store = Transcripts::open(dir.path(), Zeroizing::new([1; 32])).unwrap();
        for number in 1..=3 {
            store.keep(CHANNEL, &transcript(number), 0).unwrap();
        }
        let docket = FakeDocket::settled(&[transcript(77).leaf]);
        assert_eq!(sweep(&store, &docket, LATER).await.unwrap(), 0);
        docket.with(|state| state.is_down = true);
        assert!(sweep(&store, &docket, LATER).await.is_err());
        assert_eq!(numbers(&store), [1, 2, 3]);
    }
}
