use super::{super::tests::transcript, *};
use crate::verify::fake::{FakeDocket, CHANNEL, EXECUTOR, SETTLEMENT, VERIFIER};
use ballast_chain::Signer;

struct Scene {
    _dir: tempfile::TempDir,
    room: Showroom,
    docket: Arc<FakeDocket>,
    key: Signer,
}

fn scene() -> Scene {
    let dir = tempfile::tempdir().unwrap();
    let transcripts = Transcripts::open(dir.path(), Zeroizing::new([1; 32])).unwrap();
    for number in 1..=5 {
        transcripts.keep(CHANNEL, &transcript(number), 0).unwrap();
    }
    let leaves: Vec<_> = (2..=4).map(|number| transcript(number).leaf).collect();
    let key = Signer::from_dev("Bob").unwrap();
    let docket = Arc::new(FakeDocket::settled(&leaves));
    docket.with(|state| {
        state.seat(VERIFIER, 1);
        state.keys.insert((VERIFIER.0, key.account()), Tier::T1);
    });
    let room = Showroom {
        transcripts: Arc::new(transcripts),
        docket: docket.clone(),
        worker: EXECUTOR,
    };
    Scene {
        _dir: dir,
        room,
        docket,
        key,
    }
}

fn request(verifier: WorkerId, reply_key: [u8; 32]) -> TranscriptRequest {
    TranscriptRequest {
        genesis_hash: FakeDocket::GENESIS,
        settlement: SETTLEMENT,
        verifier,
        reply_key,
    }
}

fn body(request: &TranscriptRequest, key: &Signer) -> ShowBody {
    ShowBody {
        settlement: request.settlement.0,
        verifier: hex::encode(request.verifier.0),
        session_key: hex::encode(key.account()),
        reply_key: hex::encode(request.reply_key),
        signature: hex::encode(key.sign(&request.signing_payload())),
    }
}

#[tokio::test]
async fn a_drawn_verifier_reads_the_claim_and_its_way_to_the_root() {
    let Scene { room, key, .. } = &scene();
    let secret = fresh().unwrap();
    let request = request(VERIFIER, public(&secret));
    let answer = room.show(&body(&request, key)).await.unwrap();
    let shown = read(&request, &secret, &answer).unwrap();
    assert!(shown.transcript == transcript(3), "the second of the batch");
    let root = FakeDocket::scope().leaf_hash(&shown.transcript.leaf);
    let expected = room.docket.settlement(SETTLEMENT).await.unwrap().unwrap();
    assert_eq!(
        merkle::root_from(root, 1, 3, &shown.path),
        Some(expected.root)
    );
    // Nobody else can read it, and no other request.
    assert!(read(&request, &fresh().unwrap(), &answer).is_none());
    let other = TranscriptRequest {
        settlement: SettlementId(99),
        ..request.clone()
    };
    assert!(read(&other, &secret, &answer).is_none());
    assert!(read(&request, &secret, &answer[..40]).is_none());
}

#[tokio::test]
async fn nobody_else_is_shown_anything() {
    let scene = scene();
    let (room, key) = (&scene.room, &scene.key);
    let reply = public(&fresh().unwrap());
    let refused = |error: ShowError| matches!(error, ShowError::NotForYou(_));
    let stranger = Signer::from_dev("Eve").unwrap();
    // Not drawn; a key that is not the verifier's; a signature of something else.
    let not_drawn = body(&request(WorkerId([9; 32]), reply), key);
    assert!(refused(room.show(&not_drawn).await.unwrap_err()));
    let not_its_key = body(&request(VERIFIER, reply), &stranger);
    assert!(refused(room.show(&not_its_key).await.unwrap_err()));
    let mut changed = body(&request(VERIFIER, reply), key);
    changed.reply_key = hex::encode(public(&fresh().unwrap()));
    assert!(refused(room.show(&changed).await.unwrap_err()));
    // Of a channel of tier T2 only to a key of that tier.
    let good = body(&request(VERIFIER, reply), key);
    let with_tier = |tier| {
        let channel = |state: &mut crate::verify::fake::State| {
            if let Some(channel) = &mut state.channel {
                channel.tier = tier;
            }
        };
        scene.docket.with(channel);
    };
    with_tier(Tier::T2);
    assert!(refused(room.show(&good).await.unwrap_err()));
    with_tier(Tier::T1);
    assert!(room.show(&good).await.is_ok());
}

#[tokio::test]
async fn what_is_malformed_or_gone_is_told() {
    let scene = scene();
    let (room, key) = (&scene.room, &scene.key);
    let good = body(&request(VERIFIER, public(&fresh().unwrap())), key);
    for change in [
        |body: &mut ShowBody| body.verifier = "0x12".into(),
        |body: &mut ShowBody| body.session_key = "zz".into(),
        |body: &mut ShowBody| body.signature.clear(),
    ] {
        let mut changed = good.clone();
        change(&mut changed);
        let error = room.show(&changed).await.unwrap_err();
        assert!(matches!(error, ShowError::Malformed(_)), "{error}");
    }
    // A key for which everybody shares the same.
    let low = body(&request(VERIFIER, [0; 32]), key);
    let error = room.show(&low).await.unwrap_err();
    assert!(matches!(error, ShowError::Malformed(_)), "{error}");
    room.transcripts.forget((CHANNEL, 3)).unwrap();
    assert!(matches!(
        room.show(&good).await.unwrap_err(),
        ShowError::Gone
    ));
    scene.docket.with(|state| state.checks.clear());
    assert!(matches!(
        room.show(&good).await.unwrap_err(),
        ShowError::Gone
    ));
    scene.docket.with(|state| state.is_down = true);
    let error = room.show(&good).await.unwrap_err();
    assert!(matches!(error, ShowError::Chain(_)), "{error}");
}
