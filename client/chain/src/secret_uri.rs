//! Secrets as text: a phrase or a seed with a path, as Substrate's tools write them.
//!
//! For programs that make keystores; who only signs asks a [`Signer`](crate::Signer).

pub use subxt_signer::{bip39::Mnemonic, DeriveJunction, ExposeSecret, SecretUri};
