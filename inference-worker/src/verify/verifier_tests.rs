use super::{fake::*, score::tests::Told, *};
use crate::transcript::{
    show::Showroom, store::Transcripts, tests::transcript, vectors_root, Asked, Transcript,
};
use ballast_core::{check::ScoreBody, claim::ClaimLeaf, Numbers, Tier};
use ballast_engine_protocol::Vector;
use futures::future::BoxFuture;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

const WAIT: Duration = Duration::from_secs(20);

/// An executor, as far as it shows anything.
struct Executor {
    room: Showroom,
    shows: AtomicBool,
}

impl Source for Executor {
    fn transcript(
        &self,
        endpoint: Vec<u8>,
        body: ShowBody,
    ) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        assert_eq!(endpoint, b"http://executor");
        Box::pin(async move {
            match self.shows.load(Ordering::Relaxed) {
                true => self
                    .room
                    .show(&body)
                    .await
                    .map_err(|error| error.to_string()),
                false => Err("it is silent".into()),
            }
        })
    }
}

struct Scene {
    dirs: [tempfile::TempDir; 2],
    docket: Arc<FakeDocket>,
    executor: Arc<Executor>,
    key: Signer,
    vectors: Vec<Vector>,
    /// What the verifier computes in.
    numbers: Numbers,
}

fn embedding(number: u64, vectors: &[Vector]) -> Transcript {
    let data = serde_json::json!({ "data": [{ "index": 0, "embedding": vectors[0].0 }] });
    let mut transcript = Transcript {
        asked: Asked::Embeddings,
        request: br#"{"model":"m","input":"a"}"#.to_vec(),
        response: data.to_string().into(),
        seed: 0,
        tokens: Vec::new(),
        digests: Vec::new(),
        leaf: transcript(number).leaf,
    };
    let exchange = ballast_core::answer::Exchange {
        request_sha256: Sha256::digest(&transcript.request).into(),
        response_sha256: Sha256::digest(&transcript.response).into(),
        tokens_in: 3,
        tokens_out: 0,
    };
    transcript.leaf = ClaimLeaf {
        number,
        exchange,
        activation_root: vectors_root(vectors),
    };
    transcript
}

fn scene() -> Scene {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let vectors = vec![Vector(vec![0.6, 0.8])];
    let claimed: Vec<_> = (1..=3).map(|number| embedding(number, &vectors)).collect();
    let transcripts = Transcripts::open(dirs[0].path(), Zeroizing::new([1; 32])).unwrap();
    for one in &claimed {
        transcripts.keep(CHANNEL, one, 0).unwrap();
    }
    let leaves: Vec<_> = claimed.into_iter().map(|one| one.leaf).collect();
    let docket = Arc::new(FakeDocket::settled(&leaves));
    let key = Signer::from_dev("Bob").unwrap();
    docket.with(|state| {
        state.seat(VERIFIER, 1);
        state.keys.insert((VERIFIER.0, key.account()), Tier::T0);
    });
    let room = Showroom {
        transcripts: Arc::new(transcripts),
        docket: docket.clone(),
        worker: EXECUTOR,
    };
    let executor = Arc::new(Executor {
        room,
        shows: AtomicBool::new(true),
    });
    Scene {
        dirs,
        docket,
        executor,
        key,
        vectors,
        numbers: Numbers::Float32,
    }
}

impl Scene {
    fn verifier(&self, vectors: Result<(Vec<Vector>, u32), RerunError>) -> Arc<Verifier> {
        let told = Told {
            replay: Err(RerunError::Unavailable("no".into())),
            vectors,
        };
        Arc::new(Verifier::new(
            self.docket.clone(),
            VERIFIER,
            self.key.clone(),
            (MODEL, self.numbers),
            Journal::open(self.dirs[1].path()).unwrap(),
            self.executor.clone(),
            Arc::new(told),
        ))
    }

    fn honest(&self) -> Arc<Verifier> {
        self.verifier(Ok((self.vectors.clone(), 3)))
    }

    fn journal(&self) -> Option<Entry> {
        let journal = Journal::open(self.dirs[1].path()).unwrap();
        journal.get(SETTLEMENT).unwrap()
    }

    /// Runs a verifier until something holds.
    async fn until(&self, verifier: Arc<Verifier>, holds: impl Fn(&mut State) -> bool) {
        let stop = CancellationToken::new();
        let waiting = async {
            while !self.docket.with(&holds) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            stop.cancel();
        };
        let both = async { tokio::join!(verifier.run(&stop), waiting) };
        assert!(tokio::time::timeout(WAIT, both).await.is_ok(), "too slow");
    }
}

fn commitment(entry: &Entry) -> [u8; 32] {
    let body = ScoreBody {
        genesis_hash: FakeDocket::GENESIS,
        settlement: SETTLEMENT,
        verifier: VERIFIER,
        score: entry.score,
        salt: entry.salt,
    };
    body.commitment()
}

#[tokio::test]
async fn a_drawn_verifier_commits_to_its_score_and_reveals_it_after_a_restart() {
    let scene = scene();
    scene
        .until(scene.honest(), |state| !state.commitments.is_empty())
        .await;
    let entry = scene.journal().unwrap();
    assert_eq!(entry.score, 1_000);
    let commitments = scene.docket.with(|state| state.commitments.clone());
    assert_eq!(commitments, [commitment(&entry)]);
    assert!(scene.docket.with(|state| state.revealed.is_empty()));
    // Started anew, without an executor or an engine.
    scene.executor.shows.store(false, Ordering::Relaxed);
    let restarted = scene.verifier(Err(RerunError::Unavailable("gone".into())));
    scene.docket.with(|state| state.now = 31);
    scene
        .until(restarted, |state| !state.revealed.is_empty())
        .await;
    let revealed = scene.docket.with(|state| state.revealed.clone());
    assert_eq!(revealed, [(1_000, entry.salt)]);
    // Over: nothing is left on disk.
    scene.docket.with(|state| state.checks.clear());
    let verifier = scene.honest();
    verifier.turn(&mut JoinSet::new()).await.unwrap();
    assert_eq!(scene.journal(), None);
}

/// Breaks who asks it first.
struct BreaksOnce {
    executor: Arc<Executor>,
    broke: AtomicBool,
}

impl Source for BreaksOnce {
    fn transcript(
        &self,
        endpoint: Vec<u8>,
        body: ShowBody,
    ) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        let broke = self.broke.swap(true, Ordering::Relaxed);
        assert!(broke, "the test breaks who asks");
        self.executor.transcript(endpoint, body)
    }
}

#[tokio::test]
async fn a_check_that_broke_is_begun_again() {
    let scene = scene();
    let mut verifier = Arc::into_inner(scene.honest()).unwrap();
    verifier.source = Arc::new(BreaksOnce {
        executor: scene.executor.clone(),
        broke: AtomicBool::new(false),
    });
    scene
        .until(Arc::new(verifier), |state| !state.commitments.is_empty())
        .await;
    assert_eq!(scene.journal().unwrap().score, 1_000);
}

#[tokio::test]
async fn a_score_that_is_on_disk_is_the_one_that_is_committed_to() {
    let scene = scene();
    let before = Entry {
        score: 77,
        salt: [7; 32],
    };
    let journal = Journal::open(scene.dirs[1].path()).unwrap();
    journal.put(SETTLEMENT, before.clone()).unwrap();
    scene
        .until(scene.honest(), |state| !state.commitments.is_empty())
        .await;
    let commitments = scene.docket.with(|state| state.commitments.clone());
    assert_eq!(commitments, [commitment(&before)]);
}

#[tokio::test]
async fn an_executor_that_shows_nothing_scores_nothing_but_not_too_soon() {
    let scene = scene();
    scene.executor.shows.store(false, Ordering::Relaxed);
    let check = check(VERIFIER, 1);
    scene
        .docket
        .with(|state| state.now = check.commit_until - duty::GIVE_UP_BLOCKS - 1);
    let verifier = scene.honest();
    let committed = tokio::time::timeout(Duration::from_millis(50), verifier.commit(&check));
    assert!(committed.await.is_err(), "there is time");
    assert_eq!(scene.journal(), None);
    scene
        .docket
        .with(|state| state.now = check.commit_until - duty::GIVE_UP_BLOCKS);
    verifier.commit(&check).await.unwrap();
    assert_eq!(scene.journal().unwrap().score, 0);
}

#[tokio::test]
async fn an_executor_that_shows_something_else_scores_nothing() {
    let scene = scene();
    // The transcript of another claim, under the number of the one that is checked.
    let forged = embedding(2, &[Vector(vec![1.0, 0.0])]);
    let transcripts = &scene.executor.room.transcripts;
    transcripts.keep(CHANNEL, &forged, 0).unwrap();
    scene.docket.with(|state| state.now = 29);
    let verifier = scene.honest();
    verifier.commit(&check(VERIFIER, 1)).await.unwrap();
    assert_eq!(scene.journal().unwrap().score, 0);
}

#[tokio::test]
async fn another_result_scores_nothing_and_no_result_is_tried_again() {
    let scene = scene();
    let verifier = scene.verifier(Err(RerunError::Unavailable("busy".into())));
    assert!(verifier.commit(&check(VERIFIER, 1)).await.is_err());
    assert_eq!(scene.journal(), None, "its own trouble is no score");
    let verifier = scene.verifier(Ok((vec![Vector(vec![0.8, 0.6])], 3)));
    verifier.commit(&check(VERIFIER, 1)).await.unwrap();
    assert_eq!(scene.journal().unwrap().score, 0);
}

#[tokio::test]
async fn without_a_key_that_may_be_shown_anything_nobody_is_judged() {
    let scene = scene();
    scene.docket.with(|state| {
        state.now = 29;
        state.keys.clear();
    });
    let verifier = scene.honest();
    let refused = verifier.commit(&check(VERIFIER, 1)).await.unwrap_err();
    assert!(matches!(refused, CheckError::NoKey), "{refused}");
    assert_eq!(scene.journal(), None);
}

#[tokio::test]
async fn claims_of_another_model_are_left_to_another_process() {
    let scene = scene();
    scene.docket.with(|state| {
        if let Some(channel) = &mut state.channel {
            channel.model = Address([9; 32]);
        }
    });
    scene.honest().commit(&check(VERIFIER, 1)).await.unwrap();
    assert_eq!(scene.journal(), None);
    assert!(scene.docket.with(|state| state.commitments.is_empty()));
}

#[tokio::test]
async fn a_worker_that_computes_in_other_numbers_judges_nobody() {
    for (claimed, own) in [
        (Numbers::Float32, Numbers::BFloat16),
        (Numbers::BFloat16, Numbers::Float32),
    ] {
        let mut scene = scene();
        scene.numbers = own;
        scene.docket.with(|state| {
            state.now = 29;
            if let Some(channel) = &mut state.channel {
                channel.numbers = claimed;
            }
        });
        let verifier = scene.honest();
        let refused = verifier.commit(&check(VERIFIER, 1)).await.unwrap_err();
        let remedy = format!("--numbers {claimed}");
        assert!(refused.to_string().contains(&remedy), "{refused}");
        assert_eq!(scene.journal(), None);
        assert!(scene.docket.with(|state| state.commitments.is_empty()));
        scene.numbers = claimed;
        scene.honest().commit(&check(VERIFIER, 1)).await.unwrap();
        assert_eq!(scene.journal().unwrap().score, 1_000);
    }
}

#[tokio::test]
async fn a_chain_that_is_down_stops_nothing_for_good() {
    let scene = scene();
    scene.docket.with(|state| state.is_down = true);
    let up = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        scene.docket.with(|state| state.is_down = false);
    };
    let committed = scene.until(scene.honest(), |state| !state.commitments.is_empty());
    tokio::join!(up, committed);
}
