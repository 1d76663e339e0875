//! The accounts that send, and their transactions: signed with nonces of one's own counting, so that thousands can be ready before the first is sent.

use subxt::{
    config::DefaultExtrinsicParamsBuilder,
    dynamic::{tx, Value},
    OnlineClientAtBlock, SubstrateConfig,
};
use subxt_signer::{
    sr25519::{dev, Keypair},
    DeriveJunction, SecretUri,
};

use crate::{Api, Outcome};

const BAL: u128 = 1_000_000_000_000;
/// Payments in a transaction.
const BATCH: usize = 100;
/// Blocks that a transaction is good for: most of an hour, so that all are signed at one block.
const MORTALITY: u64 = 1_024;
/// Bytes of an inline blob.
const INLINE_LEN: usize = 1_000;

/// An account and the number of its next transaction.
#[derive(Clone)]
pub struct Account {
    pub key: Keypair,
    pub nonce: u64,
}

impl Account {
    /// `//Alice//load//INDEX`.
    pub fn load(index: u32) -> Self {
        Self::derived("load", index)
    }

    pub fn derived(path: &str, index: u32) -> Self {
        let path = [DeriveJunction::hard(path), DeriveJunction::hard(index)];
        Self {
            key: dev::alice().derive(path),
            nonce: 0,
        }
    }

    pub fn loads(count: u32) -> Vec<Self> {
        (0..count).map(Self::load).collect()
    }
}

/// The public key of the development account `//NAME`.
pub fn named(name: &str) -> Outcome<[u8; 32]> {
    let uri: SecretUri = format!("//{name}").parse()?;
    Ok(Keypair::from_uri(&uri)?.public_key().0)
}

/// What a transaction does.
#[derive(Clone)]
pub enum Call {
    /// A unit of money to somebody.
    Transfer([u8; 32]),
    /// A blob in chain state, its content like no other's.
    Inline,
    /// A commitment to a namespace, or its withdrawal, by turns.
    Namespace,
    /// So many bytes for nothing.
    Remark(usize),
}

impl Call {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Transfer(_) => "transfer",
            Self::Inline => "inline",
            Self::Namespace => "namespace",
            Self::Remark(_) => "remark",
        }
    }

    /// What an account needs for a thousand of them: fees of a thousandth of a BAL, and the deposit of a blob, which is 1.1.
    pub fn funds(&self) -> u128 {
        match self {
            Self::Transfer(_) => 10 * BAL,
            Self::Inline => 1_500 * BAL,
            Self::Namespace => 100 * BAL,
            Self::Remark(_) => 100 * BAL,
        }
    }
}

pub struct Signer {
    /// What transactions are born at.
    at: OnlineClientAtBlock<SubstrateConfig>,
}

impl Signer {
    pub async fn new(api: &Api) -> Outcome<Self> {
        let at = api.at_current_block().await?;
        Ok(Self { at })
    }

    pub async fn nonce(&self, account: &Account) -> Outcome<u64> {
        let id = account.key.public_key().to_account_id();
        Ok(self.at.tx().account_nonce(&id).await?)
    }

    /// The account's next transaction.
    pub fn sign(&self, account: &mut Account, call: &Call, tip: u128) -> Outcome<Vec<u8>> {
        let nonce = account.nonce;
        account.nonce += 1;
        match call {
            Call::Transfer(to) => {
                let fields = vec![address(to), Value::u128(1)];
                self.signed(
                    account,
                    nonce,
                    tip,
                    &tx("Balances", "transfer_keep_alive", fields),
                )
            }
            Call::Inline => {
                let bytes = unique(account, nonce);
                self.signed(account, nonce, tip, &tx("Blobs", "store_inline", (bytes,)))
            }
            Call::Namespace if nonce.is_multiple_of(2) => {
                let hash = Value::from_bytes(account.key.public_key().0);
                let fields = vec![hash];
                self.signed(
                    account,
                    nonce,
                    tip,
                    &tx("Models", "commit_namespace", fields),
                )
            }
            Call::Namespace => {
                let fields: Vec<Value> = Vec::new();
                self.signed(account, nonce, tip, &tx("Models", "cancel_commit", fields))
            }
            Call::Remark(len) => {
                let bytes = vec![0_u8; *len];
                self.signed(account, nonce, tip, &tx("System", "remark", (bytes,)))
            }
        }
    }

    fn signed<C: subxt::transactions::Payload>(
        &self,
        account: &Account,
        nonce: u64,
        tip: u128,
        payload: &C,
    ) -> Outcome<Vec<u8>> {
        let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
            .nonce(nonce)
            .tip(tip)
            .mortal_from_unchecked(MORTALITY, self.at.block_number(), self.at.block_hash())
            .build();
        let mut signable = self.at.tx().create_v4_signable_offline(payload, params)?;
        Ok(signable.sign(&account.key)?.into_encoded())
    }
}

/// An account as a call names it.
pub fn address(of: &[u8; 32]) -> Value {
    Value::unnamed_variant("Id", [Value::from_bytes(of)])
}

/// Content that no other transaction has, in this run or another.
fn unique(account: &Account, nonce: u64) -> Vec<u8> {
    let mut bytes = vec![0; INLINE_LEN];
    bytes[..32].copy_from_slice(&account.key.public_key().0);
    bytes[32..40].copy_from_slice(&nonce.to_le_bytes());
    bytes
}

/// Pays the accounts what they need for these calls, and waits until that is final.
pub async fn fund(api: &Api, accounts: &[Account], call: &Call) -> Outcome<()> {
    let payment = |account: &Account| {
        let fields = [
            address(&account.key.public_key().0),
            Value::u128(call.funds()),
        ];
        let call = Value::unnamed_variant("transfer_keep_alive", fields);
        Value::unnamed_variant("Balances", [call])
    };
    for part in accounts.chunks(BATCH) {
        let calls: Vec<Value> = part.iter().map(payment).collect();
        let batch = tx(
            "Utility",
            "batch_all",
            vec![Value::unnamed_composite(calls)],
        );
        let at = api.at_current_block().await?;
        let sent = at
            .tx()
            .sign_and_submit_then_watch_default(&batch, &dev::alice())
            .await?;
        sent.wait_for_finalized_success().await?;
    }
    Ok(())
}
