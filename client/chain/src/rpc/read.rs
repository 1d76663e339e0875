//! Reads: blocks, view functions, accounts, events.

use super::{
    runtime::{incompatible, malformed, view_answer, Runtime},
    views::View,
    At, RpcChain, MAX_RUNTIMES,
};
use crate::{AccountInfo, BlockId, ChainError, Event, Finalized};
use ballast_core::BlockNumber;
use codec::{Decode, DecodeAll, Encode};
use std::sync::Arc;
use subxt::{
    config::{
        substrate::{SubstrateHeader, H256},
        Header,
    },
    ext::frame_metadata::RuntimeMetadataPrefixed,
    metadata::Metadata,
};

/// Items asked for at once.
const PAGE: u32 = 100;
/// Pages of one list; a runtime that never ends one is broken.
const MAX_PAGES: usize = 10_000;
/// The metadata version that has view functions.
const METADATA_VERSION: u32 = 16;
const VIEW_API: &str = "RuntimeViewFunction_execute_view_function";

/// `System.Account` of a runtime with `pallet-balances`.
#[derive(Decode)]
struct StoredAccount {
    nonce: u32,
    _references: [u32; 3],
    free: u128,
    reserved: u128,
    frozen: u128,
    _flags: u128,
}

impl RpcChain {
    /// The latest finalized block and its runtime.
    pub(super) async fn at_head(&self) -> Result<At, ChainError> {
        let head = self.finalized_head().await?;
        if let Some(at) = self.known().at.clone().filter(|at| at.block.hash == head.0) {
            return Ok(at);
        }
        self.ensure_same_chain().await?;
        let block = BlockId {
            number: self.block_number(head).await?,
            hash: head.0,
        };
        let at = At {
            block,
            runtime: self.runtime(head).await?,
        };
        self.known().at = Some(at.clone());
        Ok(at)
    }

    /// A node can be reset to another chain while this program runs.
    async fn ensure_same_chain(&self) -> Result<(), ChainError> {
        let genesis = self
            .ask("the genesis hash", |methods| async move {
                methods.genesis_hash().await
            })
            .await?;
        match genesis == self.inner.genesis_hash {
            true => Ok(()),
            false => Err(ChainError::OtherChain {
                expected: self.inner.genesis_hash.0,
                actual: genesis.0,
            }),
        }
    }

    pub(super) async fn ask<T, F>(
        &self,
        what: &str,
        request: impl Fn(super::node::Methods) -> F,
    ) -> Result<T, ChainError>
    where
        F: std::future::Future<Output = Result<T, subxt::rpcs::Error>>,
    {
        self.inner.node.ask(what, request).await
    }

    async fn finalized_head(&self) -> Result<H256, ChainError> {
        let request =
            |methods: super::node::Methods| async move { methods.chain_get_finalized_head().await };
        self.ask("the finalized head", request).await
    }

    async fn header(&self, hash: H256) -> Result<SubstrateHeader<H256>, ChainError> {
        let what = "a block's header";
        let header = self
            .ask(what, |methods| async move {
                methods.chain_get_header(Some(hash)).await
            })
            .await?;
        header.ok_or_else(|| {
            malformed(
                what,
                format!("the node does not know block {hash:?}, which it named"),
            )
        })
    }

    pub(super) async fn block_hash(&self, number: BlockNumber) -> Result<H256, ChainError> {
        let what = "a block's hash";
        let hash = self.ask(what, |methods| async move {
            methods.chain_get_block_hash(Some(number.into())).await
        });
        hash.await?
            .ok_or_else(|| malformed(what, format!("the node does not know block {number}")))
    }

    pub(super) async fn block_number(&self, hash: H256) -> Result<BlockNumber, ChainError> {
        number(&self.header(hash).await?)
    }

    /// The extrinsics of a block.
    pub(super) async fn body(&self, hash: H256) -> Result<Vec<Vec<u8>>, ChainError> {
        let what = "a block";
        let request = |methods: super::node::Methods| async move { methods.extrinsics(hash).await };
        let extrinsics = self.ask(what, request).await?;
        let extrinsics = extrinsics
            .ok_or_else(|| malformed(what, format!("the node does not know block {hash:?}")))?;
        Ok(extrinsics
            .into_iter()
            .map(|extrinsic| extrinsic.0)
            .collect())
    }

    /// The runtime at a block, from its metadata the first time.
    pub(super) async fn runtime(&self, at: H256) -> Result<Arc<Runtime>, ChainError> {
        let request = |methods: super::node::Methods| async move {
            methods.state_get_runtime_version(Some(at)).await
        };
        let version = self.ask("the runtime's version", request).await?;
        if let Some(runtime) = self.known().runtimes.get(&version.spec_version) {
            return Ok(runtime.clone());
        }
        let (spec, transaction) = (version.spec_version, version.transaction_version);
        let metadata = self.metadata(at).await?;
        let runtime = Arc::new(Runtime::new(
            metadata,
            self.inner.genesis_hash,
            spec,
            transaction,
        )?);
        let mut known = self.known();
        known.runtimes.insert(spec, runtime.clone());
        while known.runtimes.len() > MAX_RUNTIMES {
            known.runtimes.pop_first();
        }
        Ok(runtime)
    }

    async fn metadata(&self, at: H256) -> Result<Metadata, ChainError> {
        let what = "the runtime's metadata";
        let answer = self
            .call(
                what,
                "Metadata_metadata_at_version",
                &METADATA_VERSION.encode(),
                at,
            )
            .await?;
        let opaque =
            Option::<Vec<u8>>::decode_all(&mut &*answer).map_err(|error| malformed(what, error))?;
        let bytes = opaque.ok_or_else(|| {
            incompatible(format!("it has no metadata of version {METADATA_VERSION}"))
        })?;
        let metadata = RuntimeMetadataPrefixed::decode(&mut &*bytes)
            .map_err(|error| malformed(what, error))?;
        Metadata::try_from(metadata).map_err(incompatible)
    }

    pub(super) async fn call(
        &self,
        what: &str,
        method: &str,
        params: &[u8],
        at: H256,
    ) -> Result<Vec<u8>, ChainError> {
        self.ask(what, |methods| async move {
            methods.state_call(method, Some(params), Some(at)).await
        })
        .await
    }

    /// Reads a view function at the finalized head.
    pub(super) async fn view<T: Decode>(
        &self,
        view: View,
        args: impl Encode,
    ) -> Result<T, ChainError> {
        let at = self.at_head().await?;
        self.view_at(&at, view, &args.encode()).await
    }

    /// The head as the node has it, which may be undone.
    pub(super) async fn best_block(&self) -> Result<BlockId, ChainError> {
        let what = "the best block";
        let hash = self.ask(what, |methods| async move {
            methods.chain_get_block_hash(None).await
        });
        let hash = hash
            .await?
            .ok_or_else(|| malformed(what, "the node has none"))?;
        if let Some(known) = self.known().best.filter(|best| best.hash == hash.0) {
            return Ok(known);
        }
        let block = BlockId {
            number: self.block_number(hash).await?,
            hash: hash.0,
        };
        self.known().best = Some(block);
        Ok(block)
    }

    /// Reads a view function at the best block.
    pub(super) async fn best_view<T: Decode>(
        &self,
        view: View,
        args: impl Encode,
    ) -> Result<T, ChainError> {
        let block = self.best_block().await?;
        let at = At {
            block,
            runtime: self.runtime(H256(block.hash)).await?,
        };
        self.view_at(&at, view, &args.encode()).await
    }

    async fn view_at<T: Decode>(&self, at: &At, view: View, args: &[u8]) -> Result<T, ChainError> {
        let View { pallet, function } = view;
        let what = format!("{pallet}::{function}");
        let request = at.runtime.view_request(pallet, function, args)?;
        let answer = self
            .call(&what, VIEW_API, &request, H256(at.block.hash))
            .await?;
        view_answer(pallet, function, &answer)
    }

    /// Reads all pages of a list, all at one block. `key` is where the page after an item begins.
    pub(super) async fn pages<T: Decode, K: PartialEq, A: Encode>(
        &self,
        view: View,
        args: impl Fn(Option<K>, u32) -> A,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, ChainError> {
        let at = self.at_head().await?;
        let mut items = Vec::new();
        for _ in 0..MAX_PAGES {
            let request = args(items.last().map(&key), PAGE).encode();
            let page: Vec<T> = self.view_at(&at, view, &request).await?;
            if page.is_empty() {
                return Ok(items);
            }
            if page.last().map(&key) == items.last().map(&key) {
                break;
            }
            items.extend(page);
        }
        Err(malformed(view.function, "the list does not end"))
    }

    pub(super) async fn balances(&self, account: [u8; 32]) -> Result<AccountInfo, ChainError> {
        let at = self.at_head().await?;
        let what = "an account";
        let bytes = self
            .storage(what, at.runtime.account_key(account)?, H256(at.block.hash))
            .await?;
        let Some(bytes) = bytes else {
            return Ok(AccountInfo::default());
        };
        let stored = StoredAccount::decode_all(&mut &*bytes).map_err(|error| {
            incompatible(format!("accounts are stored in another form: {error}"))
        })?;
        let StoredAccount {
            nonce,
            free,
            reserved: held,
            frozen,
            ..
        } = stored;
        Ok(AccountInfo {
            free,
            held,
            frozen,
            nonce,
        })
    }

    async fn storage(
        &self,
        what: &str,
        key: Vec<u8>,
        at: H256,
    ) -> Result<Option<Vec<u8>>, ChainError> {
        let key = key.as_slice();
        let request = |methods: super::node::Methods| async move {
            methods.state_get_storage(key, Some(at)).await
        };
        self.ask(what, request).await
    }

    /// The events of a block, encoded.
    pub(super) async fn event_bytes(
        &self,
        runtime: &Runtime,
        at: H256,
    ) -> Result<Vec<u8>, ChainError> {
        Ok(self
            .storage("a block's events", runtime.events_key()?, at)
            .await?
            .unwrap_or_default())
    }

    /// Waits until block `number` is finalized, and returns the finalized head.
    pub(super) async fn wait_for_block(&self, number: BlockNumber) -> Result<BlockId, ChainError> {
        let after = self.inner.options.finality;
        let reached = async {
            loop {
                let head = self.at_head().await?.block;
                if head.number >= number {
                    return Ok(head);
                }
                tokio::time::sleep(self.inner.pace.poll).await;
            }
        };
        let timeout = || ChainError::Timeout {
            what: format!("finality of block {number}"),
            after,
        };
        tokio::time::timeout(after, reached)
            .await
            .unwrap_or_else(|_| Err(timeout()))
    }

    /// A finalized block with what happened to blobs in it.
    pub(super) async fn finalized_block(
        &self,
        number: BlockNumber,
    ) -> Result<Finalized, ChainError> {
        self.wait_for_block(number).await?;
        let hash = self.block_hash(number).await?;
        let parent = self.header(hash).await?.parent_hash.0;
        let runtime = self.runtime(hash).await?;
        let bytes = self.event_bytes(&runtime, hash).await?;
        let events = runtime.events_of_pallet(bytes, "Blobs")?;
        Ok(Finalized {
            number,
            hash: hash.0,
            parent,
            events: events.iter().filter_map(Event::as_blob_event).collect(),
        })
    }
}

fn number(header: &SubstrateHeader<H256>) -> Result<BlockNumber, ChainError> {
    BlockNumber::try_from(header.number()).map_err(|error| malformed("a block's header", error))
}
