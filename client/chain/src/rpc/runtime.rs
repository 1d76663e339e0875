//! One runtime version: how calls, transactions and view functions look there. Pure; no node is asked.
//!
//! Goals: names from `ballast-core`'s side meet indices and types from metadata's side here and nowhere else, and
//! anything that does not fit gives [`ChainError::Incompatible`].

use crate::{calls::batch_all, BlockId, Call, ChainError, Signer};
use codec::{Decode, DecodeAll, Encode};
use std::sync::Arc;
use subxt::{
    config::{
        substrate::{SpecVersionForRange, H256},
        ClientState, Config, DefaultExtrinsicParamsBuilder, Hasher, TransactionExtensions,
    },
    ext::{
        frame_decode::extrinsics as frame,
        scale_decode::visitor::{decode_with_visitor, IgnoreVisitor},
        scale_encode::{self, EncodeAsFields},
        scale_type_resolver::{FieldIter, TypeResolver},
    },
    metadata::Metadata,
    utils::AccountId32,
    OfflineClient, OfflineClientAtBlock, SubstrateConfig,
};

/// Blocks for which a signed transaction is valid: about three minutes.
pub(super) const MORTALITY_BLOCKS: u32 = 64;

type Extensions = <SubstrateConfig as Config>::TransactionExtensions;
type ExtensionParams = DefaultExtrinsicParamsBuilder<SubstrateConfig>;

/// A runtime, as its metadata describes it.
pub(super) struct Runtime {
    pub(super) client: OfflineClientAtBlock<SubstrateConfig>,
    genesis_hash: H256,
}

/// A transaction ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    /// As the node takes it.
    pub bytes: Vec<u8>,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Valid for a while after `birth`.
fn mortal(params: ExtensionParams, birth: BlockId) -> ExtensionParams {
    let (number, hash) = (birth.number.into(), H256(birth.hash));
    params.mortal_from_unchecked(MORTALITY_BLOCKS.into(), number, hash)
}

#[derive(Decode)]
enum ViewFunctionFailure {
    NotImplemented,
    NotFound([u8; 32]),
    Codec,
}

impl Runtime {
    pub(super) fn new(
        metadata: Metadata,
        genesis_hash: H256,
        spec_version: u32,
        transaction_version: u32,
    ) -> Result<Self, ChainError> {
        let range = SpecVersionForRange {
            block_range: 0..u64::MAX,
            spec_version,
            transaction_version,
        };
        let config = SubstrateConfig::builder()
            .set_genesis_hash(genesis_hash)
            .set_metadata_for_spec_versions([(spec_version, Arc::new(metadata))])
            .set_spec_version_for_block_ranges([range])
            .build();
        let client = OfflineClient::new_with_config(config)
            .at_block(0u64)
            .map_err(incompatible)?;
        Ok(Self {
            client,
            genesis_hash,
        })
    }

    pub(super) fn metadata(&self) -> &Metadata {
        self.client.metadata_ref()
    }

    pub(super) fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        self.client.hasher().hash(bytes).0
    }

    /// One call, or a batch that succeeds or fails as a whole.
    pub(super) fn join(&self, calls: &[Call]) -> Result<Call, ChainError> {
        match calls {
            [only] => Ok(only.clone()),
            calls => {
                let encoded: Result<Vec<_>, _> =
                    calls.iter().map(|call| self.encode_call(call)).collect();
                Ok(batch_all(&encoded?))
            }
        }
    }

    /// The call with its indices, once its arguments are known to be what the runtime decodes.
    pub(super) fn encode_call(&self, call: &Call) -> Result<Vec<u8>, ChainError> {
        let Call {
            pallet: pallet_name,
            call: name,
            args,
        } = call;
        let pallet = self.pallet(pallet_name)?;
        let variant = pallet
            .call_variant_by_name(name)
            .ok_or_else(|| incompatible(format!("pallet {pallet_name} has no call {name}")))?;
        let types: Vec<_> = variant.fields.iter().map(|field| field.ty.id).collect();
        self.check_args(&format!("call {pallet_name}::{name}"), args, &types)?;
        let mut encoded = vec![pallet.call_index(), variant.index];
        encoded.extend_from_slice(args);
        Ok(encoded)
    }

    /// A transaction of `signer`'s account, valid for a while after `birth`.
    pub(super) fn signed(
        &self,
        call: &Call,
        signer: &Signer,
        nonce: u64,
        birth: BlockId,
    ) -> Result<Transaction, ChainError> {
        self.encode_call(call)?;
        let params = mortal(ExtensionParams::new().nonce(nonce), birth).build();
        let payload = RawPayload::from(call);
        let mut signable = self
            .client
            .tx()
            .create_v4_signable_offline(&payload, params)
            .map_err(incompatible)?;
        let bytes = signable
            .sign(signer.keypair())
            .map_err(incompatible)?
            .into_encoded();
        Ok(self.transaction(bytes))
    }

    /// A version 5 general transaction: extensions, but no signature. The call authorizes itself, in `AuthorizeCall`.
    /// (A bare one, which is what subxt calls unsigned, runs no extension.) It has nonce and tip 0, and is immortal, the
    /// same bytes whoever sends it, unless `birth` names a block after which it is valid for a while.
    pub(super) fn general(
        &self,
        call: &Call,
        birth: Option<BlockId>,
    ) -> Result<Transaction, ChainError> {
        self.encode_call(call)?;
        let state = ClientState {
            genesis_hash: self.genesis_hash,
            spec_version: self.client.spec_version(),
            transaction_version: self.client.transaction_version(),
            metadata: self.client.metadata(),
        };
        let params = ExtensionParams::new().nonce(0);
        let params = match birth {
            None => params.immortal(),
            Some(birth) => mortal(params, birth),
        };
        let params = params.build();
        let extensions =
            <Extensions as TransactionExtensions<SubstrateConfig>>::new(&state, params);
        let extensions = extensions.map_err(incompatible)?;
        let (metadata, types) = (self.metadata(), self.metadata().types());
        let version =
            frame::best_v5_general_transaction_extension_version(&extensions, metadata, types)
                .map_err(incompatible)?;
        let args = RawArgs(call.args.clone());
        let bytes = frame::encode_v5_general(
            call.pallet,
            call.call,
            &args,
            version,
            &extensions,
            metadata,
            types,
        )
        .map_err(incompatible)?;
        Ok(self.transaction(bytes))
    }

    fn transaction(&self, bytes: Vec<u8>) -> Transaction {
        Transaction {
            hash: self.hash(&bytes),
            bytes,
        }
    }

    /// Parameters of the runtime API that executes a view function.
    pub(super) fn view_request(
        &self,
        pallet: &str,
        function: &str,
        args: &[u8],
    ) -> Result<Vec<u8>, ChainError> {
        let name = format!("view function {pallet}::{function}");
        let view = self
            .pallet(pallet)?
            .view_function_by_name(function)
            .ok_or_else(|| incompatible(format!("there is no {name}")))?;
        let types: Vec<_> = view.inputs().map(|input| input.id).collect();
        self.check_args(&name, args, &types)?;
        let mut request = view.query_id().to_vec();
        args.encode_to(&mut request);
        Ok(request)
    }

    /// Storage key of an account's balances and nonce.
    pub(super) fn account_key(&self, account: [u8; 32]) -> Result<Vec<u8>, ChainError> {
        let entry = subxt::storage::dynamic::<(AccountId32,), subxt::ext::scale_value::Value>(
            "System", "Account",
        );
        let entry = self.client.storage().entry(entry).map_err(incompatible)?;
        entry
            .fetch_key((AccountId32(account),))
            .map_err(incompatible)
    }

    /// Storage key of a block's events.
    pub(super) fn events_key(&self) -> Result<Vec<u8>, ChainError> {
        let entry = self
            .client
            .storage()
            .entry(("System", "Events"))
            .map_err(incompatible)?;
        Ok(entry.key_prefix().to_vec())
    }

    pub(super) fn pallet(
        &self,
        name: &str,
    ) -> Result<subxt::metadata::PalletMetadata<'_>, ChainError> {
        self.metadata()
            .pallet_by_name(name)
            .ok_or_else(|| incompatible(format!("it has no pallet {name}")))
    }

    fn check_args(&self, what: &str, args: &[u8], types: &[u32]) -> Result<(), ChainError> {
        let mut rest = args;
        for id in types {
            decode_with_visitor(
                &mut rest,
                *id,
                self.metadata().types(),
                IgnoreVisitor::new(),
            )
            .map_err(|error| incompatible(format!("{what} takes other arguments: {error}")))?;
        }
        match rest.len() {
            0 => Ok(()),
            left => Err(incompatible(format!(
                "{what} takes other arguments: {left} bytes are left over"
            ))),
        }
    }
}

/// The value a view function returned.
pub(super) fn view_answer<T: Decode>(
    pallet: &str,
    function: &str,
    answer: &[u8],
) -> Result<T, ChainError> {
    let name = format!("view function {pallet}::{function}");
    let value = Result::<Vec<u8>, ViewFunctionFailure>::decode_all(&mut &*answer)
        .map_err(|error| malformed(&name, error))?
        .map_err(|failure| match failure {
            ViewFunctionFailure::NotImplemented => incompatible("it has no view functions"),
            ViewFunctionFailure::NotFound(id) => {
                incompatible(format!("there is no {name} with id 0x{}", hex::encode(id)))
            }
            ViewFunctionFailure::Codec => incompatible(format!("{name} takes other arguments")),
        })?;
    T::decode_all(&mut &*value)
        .map_err(|error| incompatible(format!("{name} returns another type: {error}")))
}

pub(super) fn incompatible(what: impl ToString) -> ChainError {
    ChainError::Incompatible {
        what: what.to_string(),
    }
}

pub(super) fn malformed(request: &str, reason: impl ToString) -> ChainError {
    ChainError::Malformed {
        request: request.into(),
        reason: reason.to_string(),
    }
}

/// Arguments that are encoded already.
struct RawArgs(Vec<u8>);

impl EncodeAsFields for RawArgs {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        _fields: &mut dyn FieldIter<'_, R::TypeId>,
        _types: &R,
        out: &mut Vec<u8>,
    ) -> Result<(), scale_encode::Error> {
        out.extend_from_slice(&self.0);
        Ok(())
    }
}

struct RawPayload {
    pallet: &'static str,
    call: &'static str,
    args: RawArgs,
}

impl From<&Call> for RawPayload {
    fn from(call: &Call) -> Self {
        Self {
            pallet: call.pallet,
            call: call.call,
            args: RawArgs(call.args.clone()),
        }
    }
}

impl subxt::transactions::Payload for RawPayload {
    type CallData = RawArgs;

    fn pallet_name(&self) -> &str {
        self.pallet
    }

    fn call_name(&self) -> &str {
        self.call
    }

    fn call_data(&self) -> &RawArgs {
        &self.args
    }
}
