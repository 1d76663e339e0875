//! Keystore files as polkadot-js writes them: version 3, scrypt and xsalsa20-poly1305.
//!
//! Goals: a file written here opens in polkadot-js and in the storage worker, and the other way round; the
//! secret is in memory only while it is encrypted.
//! Non-goals: opening them (`ballast_chain::Signer::from_keystore_json`).

use crate::error::CliError;
use base64::{engine::general_purpose::STANDARD, Engine};
use crypto_secretbox::{
    aead::{Aead, KeyInit},
    Key, Nonce, XSalsa20Poly1305,
};
use rand::RngCore;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

mod secret;
pub use secret::Secret;

/// Start of the key in PKCS #8, and what separates its halves, as polkadot-js has them.
const HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];

/// Work an attacker has for each password.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    log_n: u8,
    p: u32,
    r: u32,
}

impl Cost {
    /// What polkadot-js uses for new files: 128 MiB.
    pub const HIGH: Self = Self {
        log_n: 17,
        p: 1,
        r: 8,
    };
    /// What it used before: 32 MiB. For tests.
    #[cfg(test)]
    pub const LOW: Self = Self {
        log_n: 15,
        p: 1,
        r: 8,
    };
}

/// A keystore file. The fields are polkadot-js's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keystore {
    encoded: String,
    encoding: Encoding,
    /// The account, in SS58 form.
    pub address: String,
    #[serde(default)]
    meta: Meta,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Encoding {
    content: Vec<String>,
    r#type: Vec<String>,
    version: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    when_created: Option<u64>,
}

impl Keystore {
    /// Encrypts a secret.
    pub fn encrypt(
        secret: &Secret,
        password: &str,
        name: Option<&str>,
        cost: Cost,
    ) -> Result<Self, CliError> {
        let (mut salt, mut nonce) = ([0; 32], [0; 24]);
        rand::rng().fill_bytes(&mut salt);
        rand::rng().fill_bytes(&mut nonce);
        let key = derive_key(password, &salt, cost)?;
        let sealed = XSalsa20Poly1305::new(Key::from_slice(key.as_ref()))
            .encrypt(Nonce::from_slice(&nonce), plaintext(secret).as_slice())
            .map_err(|_| CliError::fatal("the key could not be encrypted"))?;

        let mut encoded = salt.to_vec();
        for number in [1u32 << cost.log_n, cost.p, cost.r] {
            encoded.extend(number.to_le_bytes());
        }
        encoded.extend(nonce);
        encoded.extend(sealed);
        Ok(Self {
            encoded: STANDARD.encode(encoded),
            encoding: Encoding {
                content: vec!["pkcs8".into(), "sr25519".into()],
                r#type: vec!["scrypt".into(), "xsalsa20-poly1305".into()],
                version: "3".into(),
            },
            address: ballast_chain::ss58::encode(&secret.account()),
            meta: Meta {
                name: name.map(Into::into),
                when_created: milliseconds_now(),
            },
        })
    }

    /// Reads the open part of a keystore file.
    pub fn parse(json: &str) -> Result<Self, CliError> {
        serde_json::from_str(json).map_err(|error| {
            CliError::usage(format!("not a keystore file of polkadot-js: {error}"))
        })
    }

    /// The file's content.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("strings and numbers serialise; qed");
        json + "\n"
    }

    /// The name its owner gave it.
    pub fn name(&self) -> Option<&str> {
        self.meta.name.as_deref()
    }
}

fn derive_key(password: &str, salt: &[u8], cost: Cost) -> Result<Zeroizing<[u8; 32]>, CliError> {
    let fatal = |_| CliError::fatal("scrypt refuses its parameters");
    let params = scrypt::Params::new(cost.log_n, cost.r, cost.p, 32).map_err(fatal)?;
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(password.as_bytes(), salt, &params, key.as_mut())
        .map_err(|_| CliError::fatal("scrypt refuses its output"))?;
    Ok(key)
}

fn plaintext(secret: &Secret) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(HEADER.len() + 64 + DIVIDER.len() + 32));
    plain.extend_from_slice(&HEADER);
    plain.extend_from_slice(secret.expanded().as_ref());
    plain.extend_from_slice(&DIVIDER);
    plain.extend_from_slice(&secret.account());
    plain
}

fn milliseconds_now() -> Option<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_chain::{Signer, SignerError};

    const PHRASE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";

    fn keystore(password: &str) -> Keystore {
        let secret = Secret::parse(PHRASE).unwrap();
        Keystore::encrypt(&secret, password, Some("mine"), Cost::LOW).unwrap()
    }

    #[test]
    fn a_keystore_opens_with_its_password_alone() {
        let file = keystore("correct horse");
        let signer = Signer::from_keystore_json(&file.to_json(), "correct horse").unwrap();
        assert_eq!(
            signer.account(),
            Signer::from_secret(PHRASE).unwrap().account()
        );
        assert_eq!(signer.address(), file.address);
        for wrong in ["", "correct horsf", "correct horse "] {
            let opened = Signer::from_keystore_json(&file.to_json(), wrong);
            assert_eq!(opened.unwrap_err(), SignerError::Password);
        }
    }

    #[test]
    fn another_implementation_opens_it_and_signs_for_its_account() {
        let file = keystore("");
        let opened = Signer::from_keystore_json(&file.to_json(), "").unwrap();
        let message = b"one";
        let signature = opened.sign(message);
        let account = Signer::from_secret(PHRASE).unwrap().account();
        assert!(ballast_chain::verify(&account, message, &signature));
    }

    #[test]
    fn two_files_of_one_key_differ() {
        assert_ne!(keystore("x").encoded, keystore("x").encoded);
    }

    #[test]
    fn the_open_part_survives_and_holds_no_secret() {
        let parsed = Keystore::parse(&keystore("pass").to_json()).unwrap();
        assert_eq!(parsed.name(), Some("mine"));
        let json = parsed.to_json();
        assert!(!json.contains("legal") && !json.contains("pass"));
        let expanded = hex::encode(Secret::parse(PHRASE).unwrap().expanded().as_ref());
        assert!(!json.contains(&expanded));
    }

    #[test]
    fn other_json_is_refused() {
        for wrong in ["", "{}", "[1]", "{\"encoded\":1}"] {
            assert_eq!(Keystore::parse(wrong).unwrap_err().code(), 2);
        }
    }
}
