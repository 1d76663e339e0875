//! Submitting: sign, hand to the node's pool, wait until the transaction is in a final block, and tell what it did.
//!
//! The node's watch tells soon how a transaction fares, but it dies with the connection. So the finalized blocks decide:
//! while there is no watch they are searched, and the same bytes are handed in again, which cannot be included twice.

use super::{
    node::Methods,
    outcome::Outcome,
    refusal::{other, pool_answer, validate_request, verdict, PoolAnswer},
    runtime::{incompatible, malformed, Transaction, MORTALITY_BLOCKS},
    RpcChain,
};
use crate::{BlockId, Call, ChainError, ErrorClass, Included, Refusal, Signer, SubmitError};
use ballast_core::BlockNumber;
use subxt::{
    config::substrate::H256,
    rpcs::{
        client::RpcSubscription, methods::legacy::TransactionStatus, Error as RpcError, UserError,
    },
    utils::AccountId32,
};

/// How often a transaction is signed anew because another one took its nonce.
const NONCE_ATTEMPTS: u32 = 5;

type Watch = RpcSubscription<TransactionStatus<H256>>;

/// A transaction in the pool.
struct Pending {
    transaction: Transaction,
    /// Finalized blocks up to this one do not have it.
    searched: BlockNumber,
    /// Past this block it can no longer be included.
    dies: Option<BlockNumber>,
    watch: Option<Watch>,
}

impl Pending {
    fn is_dead(&self) -> bool {
        self.dies.is_some_and(|dies| self.searched >= dies)
    }

    fn dropped(&self, reason: &str) -> SubmitError {
        SubmitError::Dropped {
            transaction: self.transaction.hash,
            reason: reason.into(),
        }
    }
}

/// What the watch, or its absence, asks for.
#[derive(Clone, Copy)]
enum Step {
    /// It is final in this block.
    Finalized(H256),
    /// The pool gave it up; only the finalized blocks know whether it is in one.
    GivenUp(&'static str),
    /// Go on.
    Wait,
}

impl RpcChain {
    pub(super) async fn submit_signed(
        &self,
        calls: &[Call],
        signer: &Signer,
    ) -> Result<Included, SubmitError> {
        if calls.is_empty() {
            return Err(SubmitError::Empty);
        }
        let mut attempt = 1;
        let pending = loop {
            match self.sign_and_send(calls, signer).await {
                Err(SubmitError::Refused { reason })
                    if reason.is_nonce_race() && attempt < NONCE_ATTEMPTS =>
                {
                    tracing::debug!(account = signer.address(), %reason, attempt, "nonce taken, signing again");
                    attempt = attempt.saturating_add(1);
                    tokio::time::sleep(self.inner.pace.poll).await;
                }
                sent => break sent?,
            }
        };
        self.conclude(pending).await
    }

    async fn sign_and_send(&self, calls: &[Call], signer: &Signer) -> Result<Pending, SubmitError> {
        let _turn = self.inner.nonces.lock().await;
        let at = self.at_head().await?;
        let nonce = self.nonce(signer.account()).await?;
        let call = at.runtime.join(calls)?;
        let transaction = at.runtime.signed(&call, signer, nonce, at.block)?;
        let dies = Some(at.block.number.saturating_add(MORTALITY_BLOCKS));
        self.send(
            Pending {
                transaction,
                searched: at.block.number,
                dies,
                watch: None,
            },
            Some(signer.address()),
        )
        .await
    }

    pub(super) async fn submit_general(&self, call: &Call) -> Result<Included, SubmitError> {
        let pending = match self.send_general(call, false).await {
            // The pool refuses for half an hour the bytes that it once found invalid. On another fork they may have been so,
            // and may be valid now; bytes that name a block are others.
            Err(SubmitError::Refused {
                reason: Refusal::Banned,
            }) => self.send_general(call, true).await?,
            sent => sent?,
        };
        self.conclude(pending).await
    }

    async fn send_general(&self, call: &Call, is_mortal: bool) -> Result<Pending, SubmitError> {
        let at = self.at_head().await?;
        let birth = is_mortal.then_some(at.block);
        let pending = Pending {
            transaction: at.runtime.general(call, birth)?,
            searched: at.block.number,
            dies: birth.map(|birth| birth.number.saturating_add(MORTALITY_BLOCKS)),
            watch: None,
        };
        self.send(pending, None).await.map_err(|error| match error {
            SubmitError::Refused {
                reason: Refusal::Custom(index),
            } => {
                let failure = at.runtime.pallet_error(call.pallet, index);
                SubmitError::Refused {
                    reason: failure.map_or(Refusal::Custom(index), Refusal::Pallet),
                }
            }
            other => other,
        })
    }

    /// The account's next nonce, transactions in the pool included.
    pub(super) async fn nonce(&self, account: [u8; 32]) -> Result<u64, ChainError> {
        let account = &AccountId32(account);
        let request =
            |methods: Methods| async move { methods.system_account_next_index(account).await };
        self.inner.node.ask("an account's nonce", request).await
    }

    /// Hands a transaction to the pool. Without an answer it may be there all the same, and the blocks will tell.
    async fn send(
        &self,
        mut pending: Pending,
        account: Option<String>,
    ) -> Result<Pending, SubmitError> {
        match self.watch(&pending.transaction).await {
            None | Some(Err(RpcError::DisconnectedWillReconnect(_))) => {}
            Some(Ok(watch)) => pending.watch = Some(watch),
            Some(Err(RpcError::User(error))) => match pool_answer(&error) {
                PoolAnswer::AlreadyThere => {}
                PoolAnswer::Refused(reason) => return Err(SubmitError::Refused { reason }),
                PoolAnswer::AskRuntime => {
                    return Err(self.explain(&pending.transaction, &error, account).await)
                }
            },
            Some(Err(error)) => {
                return Err(self
                    .inner
                    .node
                    .error("submitting a transaction", error)
                    .into())
            }
        }
        Ok(pending)
    }

    async fn watch(&self, transaction: &Transaction) -> Option<Result<Watch, RpcError>> {
        let node = &self.inner.node;
        node.ask_once(
            node.methods
                .author_submit_and_watch_extrinsic(&transaction.bytes),
        )
        .await
    }

    /// Asks the runtime for its reason, which the pool's answer only hints at.
    async fn explain(
        &self,
        transaction: &Transaction,
        error: &UserError,
        account: Option<String>,
    ) -> SubmitError {
        let asked = self.validate(transaction).await.ok();
        let reason = asked
            .and_then(|answer| verdict(&answer, account))
            .unwrap_or_else(|| other(error));
        SubmitError::Refused { reason }
    }

    async fn validate(&self, transaction: &Transaction) -> Result<Vec<u8>, ChainError> {
        let what = "a transaction's validity";
        let node = &self.inner.node;
        let best = node
            .ask(what, |methods| async move {
                methods.chain_get_block_hash(None).await
            })
            .await?;
        let best = best.ok_or_else(|| malformed(what, "the node has no best block"))?;
        let params = &validate_request(&transaction.bytes, &best.0);
        let method = "TaggedTransactionQueue_validate_transaction";
        node.ask(what, |methods| async move {
            methods.state_call(method, Some(params), Some(best)).await
        })
        .await
    }

    async fn conclude(&self, pending: Pending) -> Result<Included, SubmitError> {
        let (transaction, after) = (pending.transaction.hash, self.inner.options.finality);
        let followed = tokio::time::timeout(after, self.follow(pending)).await;
        let (block, outcome) =
            followed.map_err(|_| SubmitError::NotFinal { transaction, after })??;
        let events = outcome.map_err(SubmitError::Dispatch)?;
        tracing::debug!(
            transaction = hex::encode(transaction),
            block = block.number,
            "transaction is final"
        );
        Ok(Included {
            block,
            transaction,
            events,
        })
    }

    /// Follows a transaction until it is in a final block or cannot be any more.
    async fn follow(&self, mut pending: Pending) -> Result<(BlockId, Outcome), SubmitError> {
        loop {
            let step = self.step(&mut pending).await;
            let found = match step {
                Step::Finalized(hash) => self.find_in(&pending.transaction, hash).await,
                Step::Wait if pending.watch.is_some() => continue,
                Step::Wait | Step::GivenUp(_) => self.search(&mut pending).await,
            };
            match (found, step) {
                (Ok(Some(found)), _) => return Ok(found),
                (Ok(None), Step::GivenUp(reason)) => return Err(pending.dropped(reason)),
                (Ok(None), _) if pending.is_dead() => {
                    return Err(SubmitError::Refused {
                        reason: Refusal::TooOld,
                    })
                }
                (Ok(None), _) => {}
                // The transaction may be on its way all the same: the bound on the whole ends this.
                (Err(error), _) if error.class() == ErrorClass::Retryable => pending.watch = None,
                (Err(error), _) => return Err(error.into()),
            }
        }
    }

    /// The next word of the watch; without a watch, a pause and an attempt to get one.
    async fn step(&self, pending: &mut Pending) -> Step {
        let Some(watch) = pending.watch.as_mut() else {
            tokio::time::sleep(self.inner.pace.resubmit).await;
            pending.watch = self.watch(&pending.transaction).await.and_then(Result::ok);
            return Step::Wait;
        };
        match watch.next().await {
            Some(Ok(TransactionStatus::Finalized(hash))) => Step::Finalized(hash),
            Some(Ok(TransactionStatus::Invalid)) => Step::GivenUp("it became invalid"),
            Some(Ok(TransactionStatus::Dropped)) => Step::GivenUp("its pool is full"),
            Some(Ok(TransactionStatus::Usurped(_))) => Step::GivenUp("another one took its place"),
            Some(Ok(TransactionStatus::FinalityTimeout(_))) | Some(Err(_)) | None => {
                pending.watch = None;
                Step::Wait
            }
            Some(Ok(_)) => Step::Wait,
        }
    }

    /// Searches the finalized blocks that have not been searched yet.
    async fn search(
        &self,
        pending: &mut Pending,
    ) -> Result<Option<(BlockId, Outcome)>, ChainError> {
        let head = self.at_head().await?.block.number;
        let last = pending.dies.map_or(head, |dies| dies.min(head));
        while pending.searched < last {
            let number = pending.searched.saturating_add(1);
            let hash = self.block_hash(number).await?;
            if let Some(found) = self.find_in(&pending.transaction, hash).await? {
                return Ok(Some(found));
            }
            pending.searched = number;
        }
        Ok(None)
    }

    /// What became of a transaction in a block, if it is there.
    async fn find_in(
        &self,
        transaction: &Transaction,
        hash: H256,
    ) -> Result<Option<(BlockId, Outcome)>, ChainError> {
        let body = self.body(hash).await?;
        let Some(index) = body
            .iter()
            .position(|extrinsic| *extrinsic == transaction.bytes)
        else {
            return Ok(None);
        };
        let index = u32::try_from(index).map_err(incompatible)?;
        let runtime = self.runtime(hash).await?;
        let outcome = runtime.outcome(self.event_bytes(&runtime, hash).await?, index)?;
        let number = self.block_number(hash).await?;
        Ok(Some((
            BlockId {
                number,
                hash: hash.0,
            },
            outcome,
        )))
    }
}
