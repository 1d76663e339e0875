//! A secret key before it is in a keystore: out of a phrase or a seed.

use crate::error::CliError;
use ballast_chain::{
    secret_uri::{DeriveJunction, ExposeSecret, Mnemonic, SecretUri},
    Signer, SignerError,
};
use pbkdf2::pbkdf2_hmac;
use rand::RngCore;
use schnorrkel::{
    derive::{ChainCode, Derivation},
    ExpansionMode, MiniSecretKey, SecretKey,
};
use sha2::Sha512;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Iterations that Substrate uses from a phrase's entropy to its seed.
const PHRASE_ITERATIONS: u32 = 2048;

/// An sr25519 secret key. Wiped when it is dropped.
pub struct Secret(SecretKey);

impl Secret {
    /// The key of a phrase or a seed, with an optional path, as `Signer::from_secret` reads it.
    pub fn parse(text: &str) -> Result<Self, CliError> {
        // The signer checks it with errors that quote nothing, and refuses the development phrase.
        let signer = Signer::from_secret(text)?;
        let secret = derive(text.trim()).ok_or_else(unusable)?;
        match secret.account() == signer.account() {
            true => Ok(secret),
            false => Err(CliError::fatal(
                "two ways to derive the key disagree; nothing was written",
            )),
        }
    }

    /// A new phrase of 12 words, from the system's randomness.
    pub fn new_phrase() -> Result<Zeroizing<String>, CliError> {
        let mut entropy = Zeroizing::new([0u8; 16]);
        rand::rng().fill_bytes(entropy.as_mut());
        let phrase = Mnemonic::from_entropy(entropy.as_ref())
            .map_err(|error| CliError::fatal(format!("no phrase could be made: {error}")))?;
        Ok(Zeroizing::new(phrase.to_string()))
    }

    /// The account, which is the public key.
    pub fn account(&self) -> [u8; 32] {
        self.0.to_public().to_bytes()
    }

    /// The key in the form keystores have it.
    pub(super) fn expanded(&self) -> Zeroizing<[u8; 64]> {
        Zeroizing::new(self.0.to_ed25519_bytes())
    }
}

fn unusable() -> CliError {
    SignerError::Secret {
        reason: "it is no valid key".into(),
    }
    .into()
}

fn derive(text: &str) -> Option<Secret> {
    let uri = SecretUri::from_str(text).ok()?;
    let seed = seed(&uri)?;
    let root = MiniSecretKey::from_bytes(seed.as_ref())
        .ok()?
        .expand(ExpansionMode::Ed25519);
    Some(Secret(uri.junctions.iter().fold(root, step)))
}

fn seed(uri: &SecretUri) -> Option<Zeroizing<[u8; 32]>> {
    let phrase = uri.phrase.expose_secret();
    let mut seed = Zeroizing::new([0; 32]);
    if let Some(digits) = phrase.strip_prefix("0x") {
        hex::decode_to_slice(digits, seed.as_mut()).ok()?;
        return Some(seed);
    }
    let entropy = Zeroizing::new(Mnemonic::from_str(phrase).ok()?.to_entropy());
    let password = uri
        .password
        .as_ref()
        .map_or("", |password| password.expose_secret());
    let salt = Zeroizing::new(format!("mnemonic{password}"));
    let mut long = Zeroizing::new([0; 64]);
    pbkdf2_hmac::<Sha512>(&entropy, salt.as_bytes(), PHRASE_ITERATIONS, long.as_mut());
    seed.copy_from_slice(long.first_chunk::<32>()?);
    Some(seed)
}

fn step(key: SecretKey, junction: &DeriveJunction) -> SecretKey {
    match junction {
        DeriveJunction::Soft(code) => key.derived_key_simple(ChainCode(*code), []).0,
        DeriveJunction::Hard(code) => {
            let (seed, _) = key.hard_derive_mini_secret_key(Some(ChainCode(*code)), b"");
            seed.expand(ExpansionMode::Ed25519)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PHRASE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn phrases_seeds_and_paths_give_the_accounts_that_signers_have() {
        let seed = format!("0x{}", "17".repeat(32));
        for text in [
            PHRASE.to_string(),
            format!("{PHRASE}//worker/1///secret"),
            format!("{PHRASE}///secret"),
            seed.clone(),
            format!("{seed}//a//b/c"),
        ] {
            let account = Signer::from_secret(&text).unwrap().account();
            assert_eq!(Secret::parse(&text).unwrap().account(), account);
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_without_quoting_it() {
        for text in ["", "legal winner", "0x12", "//Alice", "hunter2 hunter2"] {
            let error = Secret::parse(text).err().unwrap();
            assert_eq!(error.code(), 2);
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn new_phrases_are_phrases_and_differ() {
        let (one, other) = (Secret::new_phrase().unwrap(), Secret::new_phrase().unwrap());
        assert_ne!(*one, *other);
        assert_eq!(one.split(' ').count(), 12);
        assert!(Secret::parse(&one).is_ok());
    }
}
