//! A key that signs transactions and receipts.
//!
//! Goals: a secret comes only from a keystore file, a phrase or a seed; the well-known development keys come only from
//! a constructor that says so. Nothing prints a secret.

use crate::ss58;
use std::{fmt, str::FromStr};
use subxt_signer::{bip39, polkadot_js_compat, sr25519, ExposeSecret, SecretUri, DEV_PHRASE};

/// Base64 digits that hold a keystore's salt, parameters and nonce (68 bytes) and a byte of content.
const MIN_KEYSTORE_DIGITS: usize = 96;

/// An sr25519 key.
#[derive(Clone)]
pub struct Signer(sr25519::Keypair);

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The password does not open the keystore.
    #[error("the password does not open this keystore")]
    Password,
    /// Not a keystore file this program reads.
    #[error(
        "not a keystore with an sr25519 key as polkadot-js writes it (version 3, scrypt): {reason}"
    )]
    Keystore {
        /// What is wrong.
        reason: String,
    },
    /// Not a phrase or seed.
    #[error("not a secret: {reason}; give a phrase of 12 to 24 words or a seed of 64 hex digits after 0x")]
    Secret {
        /// What is wrong, without the secret.
        reason: String,
    },
    /// A key that everybody knows.
    #[error("this is a development key that everybody knows; on a development network name its account instead (--dev-account alice)")]
    DevelopmentKey,
    /// Not the name of a development account.
    #[error("{name:?} is no development account; they are Alice, Bob, Charlie, Dave, Eve and Ferdie, and paths below them")]
    DevelopmentName {
        /// The name given.
        name: String,
    },
}

impl Signer {
    /// Opens a keystore as polkadot-js writes it.
    pub fn from_keystore_json(json: &str, password: &str) -> Result<Self, SignerError> {
        check_keystore_len(json)?;
        polkadot_js_compat::decrypt_json(json, password)
            .map(Self)
            .map_err(|error| match error {
                polkadot_js_compat::Error::Secretbox(_) => SignerError::Password,
                polkadot_js_compat::Error::InvalidKeys => SignerError::Keystore {
                    reason:
                        "the key in it is not that of its address; restore the file from a copy"
                            .into(),
                },
                other => SignerError::Keystore {
                    reason: other.to_string(),
                },
            })
    }

    /// From a BIP-39 phrase or `0x` and a seed of 64 hex digits, each with an optional path (`//hard/soft///password`).
    /// Refuses the development phrase, also where it is implied (`//Alice`).
    pub fn from_secret(secret: &str) -> Result<Self, SignerError> {
        if secret.trim().is_empty() {
            return Err(SignerError::Secret {
                reason: "it is empty".into(),
            });
        }
        let uri = parse(secret.trim())?;
        if uri.phrase.expose_secret() == DEV_PHRASE {
            return Err(SignerError::DevelopmentKey);
        }
        keypair(&uri)
    }

    /// A development account: `Alice` or `//Alice`, and paths below (`Alice//stash`). Everybody knows these keys.
    pub fn from_dev(name: &str) -> Result<Self, SignerError> {
        const NAMES: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];
        let path = name.trim().trim_start_matches('/');
        let first = path.split('/').next().unwrap_or_default();
        if !NAMES.contains(&first) {
            return Err(SignerError::DevelopmentName {
                name: name.chars().take(40).collect(),
            });
        }
        keypair(&parse(&format!("//{path}"))?)
    }

    /// The account this key signs for, which is its public key.
    pub fn account(&self) -> [u8; 32] {
        self.0.public_key().0
    }

    /// The account in SS58 form.
    pub fn address(&self) -> String {
        ss58::encode(&self.account())
    }

    /// Signs a message (sr25519, context "substrate").
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).0
    }

    pub(crate) fn keypair(&self) -> &sr25519::Keypair {
        &self.0
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.address())
    }
}

/// Whether `signature` is `account`'s for `message`.
pub fn verify(account: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    sr25519::verify(
        &sr25519::Signature(*signature),
        message,
        &sr25519::PublicKey(*account),
    )
}

fn parse(secret: &str) -> Result<SecretUri, SignerError> {
    SecretUri::from_str(secret).map_err(|_| SignerError::Secret {
        reason: "it does not parse".into(),
    })
}

fn keypair(uri: &SecretUri) -> Result<Signer, SignerError> {
    sr25519::Keypair::from_uri(uri)
        .map(Signer)
        .map_err(|error| SignerError::Secret {
            reason: reason(&error),
        })
}

/// The library's words can quote a part of the secret, so only the kind of error is told.
fn reason(error: &sr25519::Error) -> String {
    match error {
        sr25519::Error::Hex(_) => "the seed is not 64 hex digits".into(),
        sr25519::Error::Phrase(bip39::Error::BadWordCount(count)) => {
            format!("the phrase has {count} words")
        }
        sr25519::Error::Phrase(bip39::Error::UnknownWord(index)) => {
            format!(
                "word {} of the phrase is not in the list",
                index.saturating_add(1)
            )
        }
        sr25519::Error::Phrase(bip39::Error::InvalidChecksum) => {
            "the phrase's checksum is wrong: a word differs".into()
        }
        _ => "it is no valid key".into(),
    }
}

/// The decoder indexes the first 68 bytes without asking whether they are there.
fn check_keystore_len(json: &str) -> Result<(), SignerError> {
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|error| SignerError::Keystore {
            reason: error.to_string(),
        })?;
    let digits = value
        .get("encoded")
        .and_then(|encoded| encoded.as_str())
        .map_or(0, str::len);
    if digits < MIN_KEYSTORE_DIGITS {
        let reason = format!(
            "its field `encoded` has {digits} digits, at least {MIN_KEYSTORE_DIGITS} are needed"
        );
        return Err(SignerError::Keystore { reason });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// From polkadot-js, password "whoisalice".
    const KEYSTORE: &str = r#"{
        "encoded": "DumgApKCTqoCty1OZW/8WS+sgo6RdpHhCwAkA2IoDBMAgAAAAQAAAAgAAAB6IG/q24EeVf0JqWqcBd5m2tKq5BlyY84IQ8oamLn9DZe9Ouhgunr7i36J1XxUnTI801axqL/ym1gil0U8440Qvj0lFVKwGuxq38zuifgoj0B3Yru0CI6QKEvQPU5xxj4MpyxdSxP+2PnTzYao0HDH0fulaGvlAYXfqtU89xrx2/z9z7IjSwS3oDFPXRQ9kAdDebtyCVreZ9Otw9v3",
        "encoding": { "content": ["pkcs8", "sr25519"], "type": ["scrypt", "xsalsa20-poly1305"], "version": "3" },
        "address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "meta": { "genesisHash": "", "name": "Alice", "whenCreated": 1718265838755 }
    }"#;
    const PHRASE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    #[test]
    fn a_keystore_opens_with_its_password_only() {
        let signer = Signer::from_keystore_json(KEYSTORE, "whoisalice").unwrap();
        assert_eq!(
            signer.account(),
            ss58::decode("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").unwrap()
        );
        assert_eq!(
            Signer::from_keystore_json(KEYSTORE, "whoisbob").unwrap_err(),
            SignerError::Password
        );
    }

    #[test]
    fn a_keystore_with_anothers_address_is_told_so() {
        let bob = Signer::from_dev("Bob").unwrap().address();
        let other = KEYSTORE.replace("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", &bob);
        let error = Signer::from_keystore_json(&other, "whoisalice").unwrap_err();
        assert!(
            error.to_string().contains("not that of its address"),
            "{error}"
        );
    }

    #[test]
    fn a_broken_keystore_is_an_error_and_no_panic() {
        for json in [
            "",
            "{}",
            "[1]",
            r#"{"encoded": 5}"#,
            &KEYSTORE.replace("DumgApKCTqoCty1O", ""),
        ] {
            assert!(
                matches!(
                    Signer::from_keystore_json(json, "x"),
                    Err(SignerError::Keystore { .. })
                ),
                "{json}"
            );
        }
        for digits in [0, 1, 4, 88, 91, 92, 96, 264, 268] {
            let encoded = format!("\"encoded\": \"{}\"", "A".repeat(digits));
            let start = KEYSTORE.find("\"encoded\"").unwrap();
            let end = KEYSTORE.find(",\n").unwrap();
            let json = format!("{}{encoded}{}", &KEYSTORE[..start], &KEYSTORE[end..]);
            assert!(Signer::from_keystore_json(&json, "x").is_err(), "{digits}");
        }
    }

    #[test]
    fn a_phrase_and_a_seed_are_secrets() {
        let root = Signer::from_secret(PHRASE).unwrap();
        let path = Signer::from_secret(&format!(" {PHRASE}//worker/1\n")).unwrap();
        let seed = Signer::from_secret(&format!("0x{}", "01".repeat(32))).unwrap();
        assert!(root.account() != path.account() && root.account() != seed.account());
    }

    #[test]
    fn development_keys_need_their_own_constructor() {
        for secret in [
            "//Alice",
            "/soft",
            DEV_PHRASE,
            &format!("{DEV_PHRASE}//Alice"),
        ] {
            assert_eq!(
                Signer::from_secret(secret).unwrap_err(),
                SignerError::DevelopmentKey,
                "{secret}"
            );
        }
        let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        assert_eq!(Signer::from_dev("Alice").unwrap().address(), alice);
        assert_eq!(Signer::from_dev("//Alice").unwrap().address(), alice);
        assert_ne!(Signer::from_dev("Alice//stash").unwrap().address(), alice);
        for name in ["", "Mallory", "alice", PHRASE] {
            assert!(
                matches!(
                    Signer::from_dev(name),
                    Err(SignerError::DevelopmentName { .. })
                ),
                "{name}"
            );
        }
    }

    #[test]
    fn a_wrong_secret_is_not_repeated_in_the_error() {
        for secret in [
            "",
            "correct horse battery staple",
            "0x1234secret",
            &PHRASE.replace("yellow", "zebra"),
        ] {
            let error = Signer::from_secret(secret).unwrap_err().to_string();
            assert!(
                secret
                    .split_whitespace()
                    .all(|word| word.len() < 5 || !error.contains(word)),
                "{error}"
            );
        }
        let signer = Signer::from_dev("Alice").unwrap();
        assert_eq!(
            format!("{signer:?}"),
            "Signer(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY)"
        );
    }

    #[test]
    fn signatures_hold_for_their_message_and_account_only() {
        let (alice, bob) = (
            Signer::from_dev("Alice").unwrap(),
            Signer::from_dev("Bob").unwrap(),
        );
        let signature = alice.sign(b"message");
        assert!(verify(&alice.account(), b"message", &signature));
        assert!(!verify(&alice.account(), b"massage", &signature));
        assert!(!verify(&bob.account(), b"message", &signature));
        assert!(!verify(&[0xff; 32], b"message", &signature));
    }
}
