use super::*;
use crate::verify::fake::FakeDocket;
use ballast_core::{answer::Exchange, claim::ClaimLeaf};
use ballast_engine_protocol::{Activation, Activations, Prompt, Trace};
use serde_json::json;

/// An engine that says what it is told to.
pub struct Told {
    pub replay: Result<Replay, RerunError>,
    pub vectors: Result<(Vec<Vector>, u32), RerunError>,
}

impl Rerun for Told {
    fn embed(&self, _: Vec<Input>) -> BoxFuture<'_, Result<(Vec<Vector>, u32), RerunError>> {
        Box::pin(async { self.vectors.clone() })
    }

    fn replay(
        &self,
        order: Generate,
        tokens: Vec<u32>,
    ) -> BoxFuture<'_, Result<Replay, RerunError>> {
        assert!(matches!(order.prompt, Prompt::Text(_)));
        assert_eq!(tokens.len(), 40);
        Box::pin(async { self.replay.clone() })
    }
}

fn chunk(value: u16) -> Activations {
    let one = |index: u32| Activation {
        index: index * 3,
        value,
    };
    Activations((0..128).map(one).collect())
}

fn replay() -> Replay {
    Replay {
        input_tokens: 7,
        text: "hello".into(),
        finish: Some(Finish::Length),
        output_tokens: 40,
        disagreeing: 0,
        chunks: vec![chunk(0x4000), chunk(0x4100)],
    }
}

fn engine(replay: Replay) -> Told {
    Told {
        replay: Ok(replay),
        vectors: Err(RerunError::Unavailable("no".into())),
    }
}

fn leaf(transcript: &Transcript, root: merkle::Hash) -> ClaimLeaf {
    ClaimLeaf {
        number: 4,
        exchange: Exchange {
            request_sha256: Sha256::digest(&transcript.request).into(),
            response_sha256: Sha256::digest(&transcript.response).into(),
            ..transcript.leaf.exchange.clone()
        },
        activation_root: root,
    }
}

/// The transcript of what [`replay`] says.
fn text() -> Transcript {
    let trace = Trace {
        tokens: (0..40).collect(),
        chunks: replay().chunks,
    };
    let evidence = Evidence::of(&trace).unwrap();
    let response = json!({ "choices": [{ "text": "hello", "finish_reason": "length" }] });
    let mut transcript = Transcript {
        asked: Asked::Completion,
        request: json!({ "model": "m", "prompt": "x", "max_tokens": 40 })
            .to_string()
            .into(),
        response: response.to_string().into(),
        seed: 3,
        tokens: evidence.tokens.clone(),
        digests: evidence.digests.iter().map(Digest::to_bytes).collect(),
        leaf: crate::transcript::tests::transcript(4).leaf,
    };
    transcript.leaf.exchange.tokens_in = 7;
    transcript.leaf.exchange.tokens_out = 40;
    transcript.leaf = leaf(&transcript, evidence.root());
    transcript
}

async fn of(transcript: Transcript, replay: Replay) -> u16 {
    score(&engine(replay), &transcript).await.unwrap()
}

#[tokio::test]
async fn the_same_again_has_the_full_score_and_less_where_it_differs() {
    assert_eq!(of(text(), replay()).await, 1_000);
    let with = |change: fn(&mut Replay)| {
        let mut changed = replay();
        change(&mut changed);
        changed
    };
    // A step of bfloat16, in a quarter of the second chunk's numbers.
    let near = with(|replay| {
        let others = replay.chunks[1].0.iter_mut().step_by(4);
        others.for_each(|one| one.value += 1);
    });
    assert_eq!(of(text(), near).await, 500);
    let disagreeing = with(|replay| replay.disagreeing = 4);
    assert_eq!(of(text(), disagreeing).await, 500);
    for other in [
        with(|replay| replay.chunks[0] = chunk(0x3f00)),
        with(|replay| drop(replay.chunks.pop())),
        with(|replay| replay.disagreeing = 8),
        with(|replay| replay.text = "hullo".into()),
        with(|replay| replay.finish = Some(Finish::Stop)),
        with(|replay| replay.output_tokens = 39),
        with(|replay| replay.input_tokens = 8),
    ] {
        assert_eq!(of(text(), other).await, 0);
    }
}

#[tokio::test]
async fn what_rounding_to_8_bits_moves_fails_and_what_another_machine_moves_passes() {
    // Off by 0 to 4 steps, by 2 on average, as measured; every 64th is another number.
    let moved = |chunk: &Activations| {
        let chunk = chunk.0.iter().enumerate().map(|(at, one)| Activation {
            value: one.value + (at % 5) as u16 + if at % 64 == 0 { 0x100 } else { 0 },
            ..*one
        });
        Activations(chunk.collect())
    };
    let mut rounded = replay();
    rounded.chunks = rounded.chunks.iter().map(moved).collect();
    assert_eq!(of(text(), rounded).await, 0);
    // A hundredth of the numbers is off where two machines compute in 32 bits.
    let mut other_machine = replay();
    other_machine.chunks[0].0[5].value += 1;
    assert_eq!(of(text(), other_machine).await, 984);
}

#[tokio::test]
async fn an_answer_that_its_payment_cut_short_is_no_worse() {
    let cut = Replay {
        finish: None,
        text: "hell".into(),
        ..replay()
    };
    assert_eq!(of(text(), cut.clone()).await, 1_000);
    let mut stopped = text();
    stopped.response = json!({ "choices": [{ "text": "hello", "finish_reason": "stop" }] })
        .to_string()
        .into();
    assert_eq!(of(stopped, cut).await, 0);
}

#[tokio::test]
async fn digests_and_tokens_must_be_those_of_the_claim() {
    for change in [
        |transcript: &mut Transcript| transcript.leaf.activation_root = [1; 32],
        |transcript: &mut Transcript| transcript.digests.truncate(transcript.digests.len() - 1),
        |transcript: &mut Transcript| transcript.digests[0] = vec![0; 258],
        |transcript: &mut Transcript| transcript.digests[0].truncate(257),
        |transcript: &mut Transcript| transcript.tokens.truncate(transcript.tokens.len() - 1),
        |transcript: &mut Transcript| transcript.request = b"{}".to_vec(),
        |transcript: &mut Transcript| {
            let fewer = json!({ "model": "m", "prompt": "x", "max_tokens": 39 });
            transcript.request = fewer.to_string().into();
        },
        |transcript: &mut Transcript| transcript.response = b"{}".to_vec(),
        |transcript: &mut Transcript| transcript.asked = Asked::Embeddings,
    ] {
        let mut changed = text();
        change(&mut changed);
        assert_eq!(of(changed, replay()).await, 0);
    }
}

#[tokio::test]
async fn this_workers_own_troubles_are_not_held_against_another() {
    let with = |error: RerunError| Told {
        replay: Err(error),
        vectors: Ok((Vec::new(), 0)),
    };
    let no_room = Refusal::NoRoom {
        tokens: 7,
        wanted: 40,
        max: 20,
    };
    let told = score(&with(RerunError::Refused(no_room)), &text()).await;
    assert_eq!(told, Ok(1_000));
    for trouble in [
        RerunError::Refused(Refusal::Failed),
        RerunError::Unavailable("gone".into()),
    ] {
        let told = score(&with(trouble.clone()), &text()).await;
        assert_eq!(told, Err(trouble));
    }
    // A token that no executor of this model can have.
    let no_token = RerunError::Refused(Refusal::NoToken {
        token: 9,
        vocabulary: 5,
    });
    assert_eq!(score(&with(no_token), &text()).await, Ok(0));
}

#[tokio::test]
async fn embeddings_are_compared_number_by_number() {
    let vectors = [Vector(vec![0.6, -0.8]), Vector(vec![1.0, 0.0])];
    let data: Vec<_> = vectors
        .iter()
        .enumerate()
        .map(|(index, vector)| json!({ "index": index, "embedding": vector.0 }))
        .collect();
    let mut transcript = Transcript {
        asked: Asked::Embeddings,
        request: json!({ "model": "m", "input": ["a", "b"] })
            .to_string()
            .into(),
        response: json!({ "data": data }).to_string().into(),
        tokens: Vec::new(),
        digests: Vec::new(),
        ..text()
    };
    transcript.leaf.exchange.tokens_out = 0;
    transcript.leaf = leaf(&transcript, vectors_root(&vectors));
    let own = |vectors: &[Vector], tokens| Told {
        replay: Err(RerunError::Unavailable("no".into())),
        vectors: Ok((vectors.to_vec(), tokens)),
    };
    let found =
        |own: Told, transcript: Transcript| async move { score(&own, &transcript).await.unwrap() };
    assert_eq!(found(own(&vectors, 7), transcript.clone()).await, 1_000);
    assert_eq!(found(own(&vectors, 8), transcript.clone()).await, 0);
    assert_eq!(found(own(&vectors[..1], 7), transcript.clone()).await, 0);
    let other = [vectors[0].clone(), Vector(vec![0.999, 0.04])];
    assert_eq!(found(own(&other, 7), transcript.clone()).await, 0);
    let mut changed = transcript.clone();
    changed.leaf.activation_root = [0; 32];
    assert_eq!(found(own(&vectors, 7), changed).await, 0);
}

#[test]
fn only_the_whole_claim_at_its_place_fits() {
    let leaves = [text().leaf, crate::transcript::tests::transcript(9).leaf];
    let scope = FakeDocket::scope();
    let hashes: Vec<_> = leaves.iter().map(|leaf| scope.leaf_hash(leaf)).collect();
    let docket = FakeDocket::settled(&leaves);
    let settlement = docket.with(|state| state.settlement.clone()).unwrap();
    let shown = |change: fn(&mut Transcript)| {
        let mut transcript = text();
        change(&mut transcript);
        let path = merkle::siblings(&hashes, 0).unwrap();
        Shown { path, transcript }
    };
    assert!(fits(&scope, &settlement, 0, &shown(|_| ())));
    assert!(!fits(&scope, &settlement, 1, &shown(|_| ())));
    for change in [
        |transcript: &mut Transcript| transcript.request.push(b' '),
        |transcript: &mut Transcript| transcript.response.push(b' '),
        |transcript: &mut Transcript| transcript.leaf.exchange.tokens_out -= 1,
        |transcript: &mut Transcript| transcript.leaf.number += 1,
    ] {
        assert!(!fits(&scope, &settlement, 0, &shown(change)));
    }
}
