//! SPDX licence expressions: a bounded syntax check, without a list of identifiers.

use super::{check_length, rule, NameError, MAX_LICENCE_LEN};

const WHAT: &str = "a licence";

/// Open parentheses an expression may have at a time.
pub const MAX_LICENCE_DEPTH: u32 = 8;

/// Checks an SPDX expression: identifiers, `LicenseRef-..` among them, joined by AND, OR and WITH, in parentheses.
pub fn check_licence(licence: &[u8]) -> Result<(), NameError> {
    check_length(WHAT, licence, MAX_LICENCE_LEN)?;
    let mut check = Check {
        depth: 0,
        expects: Expects::Term,
    };
    let mut rest = licence;
    let mut at = 0usize;
    while let Some((token, len)) = next_token(rest, at)? {
        check.take(token)?;
        rest = rest.get(len..).unwrap_or_default();
        at = at.saturating_add(len);
    }
    check.finish()
}

enum Token<'a> {
    Space,
    Open,
    Close,
    Word(&'a [u8]),
}

/// The first token and its length.
fn next_token(text: &[u8], at: usize) -> Result<Option<(Token<'_>, usize)>, NameError> {
    let token = match text.first() {
        None => return Ok(None),
        Some(b' ') => (Token::Space, 1),
        Some(b'(') => (Token::Open, 1),
        Some(b')') => (Token::Close, 1),
        Some(byte) => {
            let len = text.iter().take_while(|byte| is_word_byte(**byte)).count();
            match text.get(..len).filter(|word| !word.is_empty()) {
                Some(word) => (Token::Word(word), len),
                None => return Err(bad_character(*byte, at)),
            }
        }
    };
    Ok(Some(token))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.+:".contains(&byte)
}

fn bad_character(byte: u8, at: usize) -> NameError {
    let allowed =
        "write SPDX identifiers such as MIT or Apache-2.0, joined by AND, OR, WITH and parentheses";
    NameError::Character {
        what: WHAT,
        byte,
        at,
        allowed,
    }
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expects {
    /// An identifier or '('.
    Term,
    /// AND, OR, ')' or the end; WITH too if an identifier came last.
    Operator { after_identifier: bool },
    /// The exception after WITH.
    Exception,
}

struct Check {
    depth: u32,
    expects: Expects,
}

impl Check {
    fn take(&mut self, token: Token<'_>) -> Result<(), NameError> {
        self.expects = match (self.expects, token) {
            (expects, Token::Space) => expects,
            (Expects::Term, Token::Open) => {
                self.open()?;
                Expects::Term
            }
            (Expects::Operator { .. }, Token::Close) => {
                self.close()?;
                Expects::Operator {
                    after_identifier: false,
                }
            }
            (Expects::Operator { .. }, Token::Word(b"AND" | b"OR")) => Expects::Term,
            (
                Expects::Operator {
                    after_identifier: true,
                },
                Token::Word(b"WITH"),
            ) => Expects::Exception,
            (Expects::Term, Token::Word(word)) => {
                check_identifier(word)?;
                Expects::Operator {
                    after_identifier: true,
                }
            }
            (Expects::Exception, Token::Word(word)) => {
                check_exception(word)?;
                Expects::Operator {
                    after_identifier: false,
                }
            }
            (Expects::Operator { .. }, _) => {
                return Err(rule(WHAT, "needs AND, OR or WITH between its parts"))
            }
            _ => return Err(rule(WHAT, "needs an identifier where a parenthesis stands")),
        };
        Ok(())
    }

    fn open(&mut self) -> Result<(), NameError> {
        self.depth = self.depth.saturating_add(1);
        match self.depth <= MAX_LICENCE_DEPTH {
            true => Ok(()),
            false => Err(rule(
                WHAT,
                "has more than 8 open parentheses; write it flatter",
            )),
        }
    }

    fn close(&mut self) -> Result<(), NameError> {
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| rule(WHAT, "has a ')' without '('"))?;
        Ok(())
    }

    fn finish(self) -> Result<(), NameError> {
        match (self.depth, self.expects) {
            (0, Expects::Operator { .. }) => Ok(()),
            (_, Expects::Operator { .. }) => Err(rule(WHAT, "has a '(' without ')'")),
            _ => Err(rule(WHAT, "ends where an identifier is expected")),
        }
    }
}

fn is_operator(word: &[u8]) -> bool {
    matches!(word, b"AND" | b"OR" | b"WITH")
}

/// An SPDX identifier, perhaps with '+', or `[DocumentRef-..:]LicenseRef-..`.
fn check_identifier(word: &[u8]) -> Result<(), NameError> {
    let (document, licence) = match word.iter().position(|byte| *byte == b':') {
        Some(at) => (
            word.get(..at),
            word.get(at.saturating_add(1)..).unwrap_or_default(),
        ),
        None => (None, word),
    };
    let document_fits = document.is_none_or(|name| {
        is_reference(name, b"DocumentRef-") && licence.starts_with(b"LicenseRef-")
    });
    let bare = licence.strip_suffix(b"+").unwrap_or(licence);
    let fits = match licence.starts_with(b"LicenseRef-") {
        true => is_reference(licence, b"LicenseRef-"),
        false => is_plain(bare) && !is_operator(bare),
    };
    match document_fits && fits {
        true => Ok(()),
        false => Err(rule(
            WHAT,
            "has a malformed identifier; write one like Apache-2.0 or LicenseRef-my-terms",
        )),
    }
}

fn check_exception(word: &[u8]) -> Result<(), NameError> {
    match is_plain(word) && !is_operator(word) {
        true => Ok(()),
        false => Err(rule(
            WHAT,
            "needs the identifier of an exception after WITH",
        )),
    }
}

fn is_reference(word: &[u8], prefix: &[u8]) -> bool {
    word.strip_prefix(prefix).is_some_and(|name| {
        !name.is_empty()
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(byte))
    })
}

fn is_plain(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphanumeric)
        && word
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(byte))
}
