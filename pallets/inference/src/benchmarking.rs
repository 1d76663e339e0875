//! Benchmarks, one for each call and for what the agenda serves, on the longest names, the deepest base line and full
//! batches.

use crate::{
    checks::{APPEAL_SEATS, MAX_REDRAWS},
    traits::BenchmarkHelper,
    types::{
        AccountId, Check, ClaimPath, Claims, Due, Endpoint, Key, ModelVersion, Name, MAX_FINDINGS,
        MAX_SEEN,
    },
    *,
};
use alloc::{collections::BTreeSet, format, vec, vec::Vec};
use ballast_core::{
    answer::{AnswerBody, Exchange, SignedAnswer},
    check::ScoreBody,
    claim::{ClaimLeaf, TokenLimits, TokenPrice},
    limits::{MAX_CLAIMS, MAX_ENDPOINT_LEN, MAX_ROYALTIES},
    merkle,
    price::BAL,
    view::{ChannelState, CheckStage},
    voucher::{Voucher, VoucherBody},
    ChannelId, Numbers, SettlementId, Tier, WorkerId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{fungible::Mutate, ConstU32, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::crypto::KeyTypeId;
use sp_runtime::traits::SaturatedConversion;

const KEY_TYPE: KeyTypeId = KeyTypeId(*b"bnch");

fn rich<T: Config>(name: &'static str) -> AccountId
where
    T::Currency: Mutate<AccountId>,
{
    let who: AccountId = account(name, 0, 0);
    T::Currency::set_balance(&who, 1_000_000_000 * BAL);
    who
}

/// A key in the host's keystore.
fn key(seed: u8) -> Key {
    // A plain seed: the host need not stretch a phrase.
    let seed = format!("0x{seed:064x}").into_bytes();
    sp_io::crypto::sr25519_generate(KEY_TYPE, Some(seed)).0
}

fn sign(key: Key, payload: &[u8]) -> [u8; 64] {
    let key = sp_core::sr25519::Public::from_raw(key);
    let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, payload);
    signature.map_or([0; 64], |signature| signature.0)
}

fn price() -> TokenPrice {
    TokenPrice {
        per_million_in: BAL,
        per_million_out: BAL,
    }
}

fn endpoint() -> Endpoint {
    let mut url = b"https://worker.example/".to_vec();
    url.resize(MAX_ENDPOINT_LEN as usize, b'x');
    Endpoint::truncate_from(url)
}

/// What all benchmarks begin with.
struct Stage {
    worker: AccountId,
    session_key: Key,
    names: (Name, Name, u32),
}

impl Stage {
    fn set<T: Config>() -> Self {
        Parameters::<T>::mutate(|parameters| parameters.check_permille = 1_000);
        let session_key = key(1);
        Self {
            worker: T::BenchmarkHelper::add_worker(session_key),
            names: T::BenchmarkHelper::add_version(),
            session_key,
        }
    }

    fn version(&self) -> ModelVersion {
        let (namespace, name, version) = &self.names;
        ModelVersion::of(namespace, name, *version).expect("a name folds to a name")
    }

    fn offer<T: Config>(&self) -> Result<(), BenchmarkError> {
        let (namespace, name, version) = self.names.clone();
        let limits = TokenLimits {
            tokens_in: u32::MAX,
            tokens_out: u32::MAX,
        };
        Pallet::<T>::set_offer(
            RawOrigin::Signed(self.worker.clone()).into(),
            namespace,
            name,
            version,
            price(),
            limits,
            Tier::T0,
            Numbers::Float32,
            endpoint(),
        )?;
        Ok(())
    }

    /// A client with an open channel.
    fn channel<T: Config>(&self) -> Result<(AccountId, ChannelId), BenchmarkError>
    where
        T::Currency: Mutate<AccountId>,
    {
        self.offer::<T>()?;
        let client = rich::<T>("client");
        let id = NextChannel::<T>::get();
        let (namespace, name, version) = self.names.clone();
        Pallet::<T>::open(
            RawOrigin::Signed(client.clone()).into(),
            self.worker.clone(),
            namespace,
            name,
            version,
            price(),
            Tier::T0,
            Numbers::Float32,
            key(2),
            1_000 * BAL,
        )?;
        Ok((client, id))
    }

    /// A settled batch.
    fn settled<T: Config>(
        &self,
        id: ChannelId,
        count: u32,
    ) -> Result<SettlementId, BenchmarkError> {
        let settlement = NextSettlement::<T>::get();
        let claims = claims(count);
        let signature = self.batch_signature::<T>(id, &claims);
        let origin = RawOrigin::Signed(self.worker.clone()).into();
        Pallet::<T>::redeem(
            origin,
            id,
            voucher::<T>(id).into(),
            self.session_key,
            claims,
            signature,
        )?;
        Ok(settlement)
    }

    fn batch_signature<T: Config>(&self, id: ChannelId, claims: &Claims) -> [u8; 64] {
        let channel = Channels::<T>::get(id).expect("it is open");
        let scope = Pallet::<T>::scope(id, &channel);
        let root = scope.root(claims).expect("there are claims");
        sign(
            self.session_key,
            &scope.signing_payload(root, claims.len() as u32),
        )
    }
}

fn exchange(tokens_in: u32) -> Exchange {
    Exchange {
        request_sha256: [1; 32],
        response_sha256: [2; 32],
        tokens_in,
        tokens_out: 1_000,
    }
}

fn claims(count: u32) -> Claims {
    let claims: Vec<ClaimLeaf> = (1..=u64::from(count))
        .map(|number| ClaimLeaf {
            number,
            exchange: exchange(1_000),
            activation_root: [3; 32],
        })
        .collect();
    Claims::truncate_from(claims)
}

fn voucher<T: Config>(channel: ChannelId) -> Voucher {
    let body = VoucherBody {
        genesis_hash: Pallet::<T>::genesis_hash(),
        channel,
        amount: 1_000 * BAL,
        number: u64::from(MAX_CLAIMS),
    };
    Voucher::new(&body, sign(key(2), &body.signing_payload()))
}

fn go_to<T: Config>(block: u32) {
    frame_system::Pallet::<T>::set_block_number(block.saturated_into());
    T::BenchmarkHelper::set_randomness([5; 32]);
}

/// Workers that offer the stage's version.
fn add_verifiers<T: Config>(stage: &Stage, count: u32) {
    let offer = Offers::<T>::get(stage.version(), &stage.worker).expect("the stage has an offer");
    for index in 1..=count {
        let verifier = T::BenchmarkHelper::add_verifier(index);
        Offers::<T>::insert(stage.version(), verifier, offer.clone());
    }
}

/// A settlement whose pair has been drawn, and both of them.
fn sitting<T: Config>() -> Result<(SettlementId, [AccountId; 2]), BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let stage = Stage::set::<T>();
    let (_, id) = stage.channel::<T>()?;
    let settlement = stage.settled::<T>(id, 1)?;
    add_verifiers::<T>(&stage, 2);
    let check = Checks::<T>::get(settlement).expect("every settlement is checked");
    Agenda::<T>::remove(check.due, Due::Check(settlement));
    go_to::<T>(check.due);
    Pallet::<T>::serve(Due::Check(settlement));
    let check = Checks::<T>::get(settlement).expect("it was drawn");
    let seat = |at: usize| check.panel[at].worker.clone();
    Ok((settlement, [seat(0), seat(1)]))
}

/// What a verifier commits to.
fn score<T: Config>(settlement: SettlementId, verifier: &AccountId) -> ScoreBody {
    ScoreBody {
        genesis_hash: Pallet::<T>::genesis_hash(),
        settlement,
        verifier: WorkerId(verifier.clone().into()),
        score: 700,
        salt: [2; 32],
    }
}

/// As many accounts as can be paid for a check.
fn finders<T: Config>(count: u32) -> BoundedVec<(AccountId, u16), ConstU32<MAX_FINDINGS>>
where
    T::Currency: Mutate<AccountId>,
{
    let finder = |one| {
        let who: AccountId = account("finder", one, 0);
        T::Currency::set_balance(&who, BAL);
        (who, 1_000)
    };
    BoundedVec::truncate_from((0..count).map(finder).collect())
}

/// An appeal that waits for its last draw, with as many seen before as may be.
fn largest<T: Config>(stage: &Stage, settlement: SettlementId) -> Result<Check, BenchmarkError> {
    let mut check = Checks::<T>::get(settlement).expect("every settlement is checked");
    Agenda::<T>::remove(check.due, Due::Check(settlement));
    check.leaf = Some(0);
    check.stage = CheckStage::Condemned;
    check.vacant = 0;
    let due = Pallet::<T>::now().saturating_add(10);
    Pallet::<T>::put_check(settlement, check, due);
    Pallet::<T>::appeal(RawOrigin::Signed(stage.worker.clone()).into(), settlement)?;
    let mut check = Checks::<T>::get(settlement).expect("it was appealed against");
    Agenda::<T>::remove(check.due, Due::Check(settlement));
    let before = MAX_SEEN.saturating_sub(APPEAL_SEATS.into());
    let seen: Vec<AccountId> = (0..before).map(|one| account("seen", one, 0)).collect();
    check.seen = BoundedVec::truncate_from(seen);
    check.redraws = MAX_REDRAWS;
    Checks::<T>::insert(settlement, check.clone());
    Ok(check)
}

#[benchmarks(where T::Currency: Mutate<AccountId>)]
mod benches {
    use super::*;

    #[benchmark]
    fn set_offer() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (namespace, name, version) = stage.names.clone();
        let limits = TokenLimits {
            tokens_in: 1,
            tokens_out: 1,
        };

        #[extrinsic_call]
        _(
            RawOrigin::Signed(stage.worker.clone()),
            namespace,
            name,
            version,
            price(),
            limits,
            Tier::T2,
            Numbers::Float32,
            endpoint(),
        );

        assert!(Offers::<T>::contains_key(stage.version(), stage.worker));
        Ok(())
    }

    #[benchmark]
    fn remove_offer() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        stage.offer::<T>()?;
        let (namespace, name, version) = stage.names.clone();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(stage.worker.clone()),
            namespace,
            name,
            version,
        );

        assert!(!Offers::<T>::contains_key(stage.version(), stage.worker));
        Ok(())
    }

    #[benchmark]
    fn open() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        stage.offer::<T>()?;
        let client = rich::<T>("client");
        let (namespace, name, version) = stage.names.clone();

        #[extrinsic_call]
        _(
            RawOrigin::Signed(client),
            stage.worker,
            namespace,
            name,
            version,
            price(),
            Tier::T0,
            Numbers::Float32,
            [9; 32],
            BAL,
        );

        assert!(Channels::<T>::contains_key(ChannelId(0)));
        Ok(())
    }

    #[benchmark]
    fn top_up() -> Result<(), BenchmarkError> {
        let (client, id) = Stage::set::<T>().channel::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(client), id, BAL);

        assert!(Channels::<T>::get(id).is_some_and(|channel| channel.deposited == 1_001 * BAL));
        Ok(())
    }

    /// By the payee, who ends it.
    #[benchmark]
    fn close() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(stage.worker), id);

        assert!(!Channels::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn redeem(c: Linear<1, MAX_CLAIMS>) -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;
        let claims = claims(c);
        let signature = stage.batch_signature::<T>(id, &claims);
        let voucher = voucher::<T>(id);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(stage.worker),
            id,
            voucher.into(),
            stage.session_key,
            claims,
            signature,
        );

        assert!(Settlements::<T>::get(SettlementId(0)).is_some_and(|entry| entry.leaves == c));
        Ok(())
    }

    /// The first claim of a full batch, whose path is longest, of a channel that has ended.
    #[benchmark]
    fn contest() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (client, id) = stage.channel::<T>()?;
        let settlement = stage.settled::<T>(id, MAX_CLAIMS)?;
        let channel = Channels::<T>::get(id).expect("it is open");
        let scope = Pallet::<T>::scope(id, &channel);
        let claims = claims(MAX_CLAIMS);
        let hashes: Vec<_> = claims.iter().map(|leaf| scope.leaf_hash(leaf)).collect();
        let path = merkle::siblings(&hashes, 0).expect("there is a first");
        let body = AnswerBody {
            genesis_hash: scope.genesis_hash,
            model: scope.model,
            channel: id,
            number: 1,
            exchange: exchange(1),
        };
        let answer = SignedAnswer {
            signature: sign(stage.session_key, &body.signing_payload()),
            session_key: stage.session_key,
            exchange: body.exchange,
        };
        Pallet::<T>::close(RawOrigin::Signed(stage.worker.clone()).into(), id)?;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(client),
            settlement,
            0,
            claims[0].clone().into(),
            ClaimPath::truncate_from(path),
            answer.into(),
        );

        assert!(!Channels::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn serve_nothing() {
        // The block number is one at least when the block below runs, whatever it is here.
        ServedTo::<T>::put(Pallet::<T>::now());

        #[block]
        {
            Pallet::<T>::serve_agenda();
        }

        assert_eq!(ServedTo::<T>::get(), Pallet::<T>::now() + 1);
    }

    #[benchmark]
    fn serve_end() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;
        stage.settled::<T>(id, 1)?;
        let channel = Channels::<T>::get(id).expect("it is open");
        let due = vec![Due::End(id)];
        Agenda::<T>::remove(channel.ends_at, Due::End(id));

        #[block]
        {
            for entry in due {
                Pallet::<T>::serve(entry);
            }
        }

        let ended = |channel: crate::types::Channel| channel.state == ChannelState::Ended;
        assert!(Channels::<T>::get(id).is_some_and(ended));
        Ok(())
    }

    /// To as many owners as a base line has and to verifiers, each another account, out of a channel that has ended and is
    /// forgotten with it.
    #[benchmark]
    fn serve_pay(v: Linear<0, MAX_FINDINGS>) -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;
        let settlement = stage.settled::<T>(id, MAX_CLAIMS)?;
        let entry = Settlements::<T>::get(settlement).expect("settled above");
        let owners: BTreeSet<_> = entry.royalties.iter().map(|(owner, _)| owner).collect();
        assert_eq!(owners.len() as u32, MAX_ROYALTIES);
        Pallet::<T>::close(RawOrigin::Signed(stage.worker.clone()).into(), id)?;
        Agenda::<T>::remove(entry.pays_at, Due::Pay(settlement));
        let check = Checks::<T>::get(settlement).expect("every settlement is checked");
        Pallet::<T>::drop_check(settlement, &check);
        Settlements::<T>::mutate_extant(settlement, |entry| entry.verifiers = finders::<T>(v));

        #[block]
        {
            Pallet::<T>::serve(Due::Pay(settlement));
        }

        assert!(!Settlements::<T>::contains_key(settlement));
        assert!(!Channels::<T>::contains_key(id));
        Ok(())
    }

    /// The last of a panel, whose commitment begins the time for scores.
    #[benchmark]
    fn commit_score() -> Result<(), BenchmarkError> {
        let (settlement, [first, verifier]) = sitting::<T>()?;
        let body = score::<T>(settlement, &first);
        let origin = RawOrigin::Signed(first).into();
        Pallet::<T>::commit_score(origin, settlement, body.commitment())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(verifier), settlement, [1; 32]);

        let committed = |check: Check| check.commit_until == Pallet::<T>::now();
        assert!(Checks::<T>::get(settlement).is_some_and(committed));
        Ok(())
    }

    /// The last of a panel, which is judged in the next block.
    #[benchmark]
    fn reveal_score() -> Result<(), BenchmarkError> {
        let (settlement, pair) = sitting::<T>()?;
        for verifier in &pair {
            let body = score::<T>(settlement, verifier);
            let origin = RawOrigin::Signed(verifier.clone()).into();
            Pallet::<T>::commit_score(origin, settlement, body.commitment())?;
        }
        let check = Checks::<T>::get(settlement).expect("it was drawn");
        go_to::<T>(check.commit_until + 1);
        let [first, verifier] = pair;
        let origin = RawOrigin::Signed(first).into();
        Pallet::<T>::reveal_score(origin, settlement, 700, [2; 32])?;

        #[extrinsic_call]
        _(RawOrigin::Signed(verifier), settlement, 700, [2; 32]);

        let revealed = |check: Check| check.due == Pallet::<T>::now() + 1;
        assert!(Checks::<T>::get(settlement).is_some_and(revealed));
        Ok(())
    }

    #[benchmark]
    fn appeal() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;
        let settlement = stage.settled::<T>(id, 1)?;
        let mut check = Checks::<T>::get(settlement).expect("every settlement is checked");
        Agenda::<T>::remove(check.due, Due::Check(settlement));
        check.stage = CheckStage::Condemned;
        check.vacant = 0;
        let due = Pallet::<T>::now() + 10;
        Pallet::<T>::put_check(settlement, check, due);

        #[extrinsic_call]
        _(RawOrigin::Signed(stage.worker), settlement);

        assert!(Checks::<T>::get(settlement).is_some_and(|check| check.bond > 0));
        Ok(())
    }

    /// Two steps where one is ever due, so that it is more than either: the draw of the largest panel among as many workers
    /// as are looked at, when as many as may be have been seen; and the end of its time, with everybody silent: a slash for
    /// each, the bond released, the batch reversed, and its channel, which has ended, forgotten.
    #[benchmark]
    fn serve_check() -> Result<(), BenchmarkError> {
        let stage = Stage::set::<T>();
        let (_, id) = stage.channel::<T>()?;
        let settlement = stage.settled::<T>(id, MAX_CLAIMS)?;
        add_verifiers::<T>(&stage, T::MaxCandidates::get());
        let check = largest::<T>(&stage, settlement)?;
        Pallet::<T>::close(RawOrigin::Signed(stage.worker.clone()).into(), id)?;
        go_to::<T>(check.due);
        let voted = check
            .due
            .saturating_add(Parameters::<T>::get().commit_blocks)
            .saturating_add(Parameters::<T>::get().reveal_blocks)
            .saturating_add(1);

        #[block]
        {
            Pallet::<T>::serve(Due::Check(settlement));
            let seats = Checks::<T>::get(settlement).map_or(0, |check| check.panel.len());
            assert_eq!(seats, usize::from(APPEAL_SEATS));
            go_to::<T>(voted);
            Pallet::<T>::serve(Due::Check(settlement));
        }

        assert!(!Checks::<T>::contains_key(settlement));
        assert!(!Settlements::<T>::contains_key(settlement));
        assert!(!Channels::<T>::contains_key(id));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
