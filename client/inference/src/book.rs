//! What a channel was spent on: a number for each request, what it cost, and what it may cost while nobody knows.
//!
//! Goals: a request that is repeated has the number it had, so it is paid once; what is not known to be free counts as
//! what it may cost; the voucher for a request covers all of it and no more.
//! Non-goals: the disk (`journal`), signatures, the network.

use ballast_core::Balance;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Requests whose fate is not known, or whose answer did not arrive. More are not sent.
pub const OPEN_MAX: usize = 256;

/// The book of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// What signed answers cost, in all.
    #[serde(with = "planck")]
    spent: Balance,
    /// The next request's number.
    next: u64,
    /// Requests that are not settled between client and worker.
    open: Vec<Entry>,
    /// Why the worker is not paid any more.
    distrust: Option<String>,
    /// Requests under way in this process.
    #[serde(skip)]
    busy: BTreeSet<u64>,
}

/// A request that may have been answered, without the client having the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number.
    pub number: u64,
    /// SHA-256 of its body.
    #[serde(with = "hex::serde")]
    pub request_sha256: [u8; 32],
    /// What it may cost.
    #[serde(with = "planck")]
    pub max: Balance,
    /// Whether the worker has signed an answer, which is then in `spent`.
    pub signed: bool,
    /// Whether nobody wants the answer any more. The same body is then another request.
    #[serde(default)]
    pub abandoned: bool,
}

/// A request that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its number.
    pub number: u64,
    /// What its voucher allows in all.
    pub amount: Balance,
    /// Whether it was sent before.
    pub again: bool,
}

/// A request cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// The worker has lied.
    #[error("this channel is not used any more: {0}")]
    Distrusted(String),
    /// Too much is not known.
    #[error("the fate of {OPEN_MAX} requests is not known; wait until the worker answers again")]
    TooManyOpen,
    /// More than a balance holds.
    #[error("the sum of what was asked exceeds the range of a balance")]
    Overflow,
}

impl Book {
    /// The book of a channel of which `drawn` was drawn up to the request `last_number`.
    pub fn new(drawn: Balance, last_number: u64) -> Self {
        Self {
            spent: drawn,
            next: last_number.saturating_add(1),
            ..Self::default()
        }
    }

    /// What signed answers cost, in all.
    pub fn spent(&self) -> Balance {
        self.spent
    }

    /// Why the worker is not paid any more, if it is not.
    pub fn distrust(&self) -> Option<&str> {
        self.distrust.as_deref()
    }

    /// Pays this worker no more.
    pub fn set_distrust(&mut self, reason: impl Into<String>) {
        self.distrust = Some(reason.into());
    }

    /// What may have been drawn at most: what was signed, and what every open request may cost.
    pub fn ceiling(&self) -> Option<Balance> {
        let open = self.open.iter().filter(|entry| !entry.signed);
        open.map(|entry| entry.max)
            .try_fold(self.spent, Balance::checked_add)
    }

    /// What a request with this body adds to the ceiling: nothing if it was sent before.
    pub fn needs(&self, request_sha256: [u8; 32], max: Balance) -> Balance {
        match self.repeatable(request_sha256) {
            Some(_) => 0,
            None => max,
        }
    }

    /// Whether a request with this body would go out again under the number that it had.
    pub fn is_known(&self, request_sha256: [u8; 32]) -> bool {
        self.repeatable(request_sha256).is_some()
    }

    /// Gives a request its number: the one it had, if it was sent before and is not under way.
    pub fn begin(&mut self, request_sha256: [u8; 32], max: Balance) -> Result<Begun, BookError> {
        if let Some(reason) = &self.distrust {
            return Err(BookError::Distrusted(reason.clone()));
        }
        if let Some(number) = self.repeatable(request_sha256) {
            self.busy.insert(number);
            let amount = self.ceiling().ok_or(BookError::Overflow)?;
            return Ok(Begun {
                number,
                amount,
                again: true,
            });
        }
        self.make_room()?;
        let number = self.next;
        let ceiling = self.ceiling().and_then(|ceiling| ceiling.checked_add(max));
        let amount = ceiling.ok_or(BookError::Overflow)?;
        self.next = number.checked_add(1).ok_or(BookError::Overflow)?;
        self.open.push(Entry {
            number,
            request_sha256,
            max,
            signed: false,
            abandoned: false,
        });
        self.busy.insert(number);
        Ok(Begun {
            number,
            amount,
            again: false,
        })
    }

    /// The answer is here, and cost this.
    pub fn finish(&mut self, number: u64, cost: Balance) {
        self.sign(number, cost);
        self.forget(number);
    }

    /// The worker has signed an answer that cost this, but it did not arrive.
    pub fn sign(&mut self, number: u64, cost: Balance) {
        let entry = self.open.iter_mut().find(|entry| entry.number == number);
        if let Some(entry) = entry.filter(|entry| !entry.signed) {
            entry.signed = true;
            self.spent = self.spent.saturating_add(cost);
            if entry.abandoned {
                self.forget(number);
            }
        }
    }

    /// Nobody wants the answer any more. What was written of it is still to be paid, so it stays until that is known.
    pub fn abandon(&mut self, number: u64) {
        self.busy.remove(&number);
        let entry = self.open.iter_mut().find(|entry| entry.number == number);
        if let Some(entry) = entry {
            entry.abandoned = true;
        }
        self.open
            .retain(|entry| !(entry.number == number && entry.signed));
    }

    /// The worker has refused, so it costs nothing.
    pub fn forget(&mut self, number: u64) {
        self.open.retain(|entry| entry.number != number);
        self.busy.remove(&number);
    }

    /// As [`Self::forget`], unless it is under way again.
    pub fn forget_idle(&mut self, number: u64) {
        if !self.busy.contains(&number) {
            self.forget(number);
        }
    }

    /// At least so much was drawn on chain.
    pub fn raise(&mut self, drawn: Balance) {
        self.spent = self.spent.max(drawn);
    }

    /// It is not under way any more, and nobody knows what became of it.
    pub fn pause(&mut self, number: u64) {
        self.busy.remove(&number);
    }

    /// Requests that are not under way and whose fate is not known.
    pub fn unknown(&self) -> Vec<Entry> {
        let idle = |entry: &&Entry| !entry.signed && !self.busy.contains(&entry.number);
        self.open.iter().filter(idle).cloned().collect()
    }

    fn repeatable(&self, request_sha256: [u8; 32]) -> Option<u64> {
        let same = |entry: &&Entry| {
            entry.request_sha256 == request_sha256
                && !entry.abandoned
                && !self.busy.contains(&entry.number)
        };
        self.open.iter().find(same).map(|entry| entry.number)
    }

    /// Answers that never arrived and that nobody asked for again make room, the oldest first.
    fn make_room(&mut self) -> Result<(), BookError> {
        if self.open.len() < OPEN_MAX {
            return Ok(());
        }
        let oldest = self
            .open
            .iter()
            .find(|entry| entry.signed && !self.busy.contains(&entry.number));
        let number = oldest.map(|entry| entry.number);
        self.forget(number.ok_or(BookError::TooManyOpen)?);
        Ok(())
    }
}

/// Amounts as strings: JSON numbers lose digits.
mod planck {
    use super::Balance;
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(amount: &Balance, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
        let text = String::deserialize(from)?;
        crate::wire::amount(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_voucher_covers_what_was_spent_and_what_may_be() {
        let mut book = Book::new(100, 7);
        let first = book.begin([1; 32], 10).unwrap();
        assert_eq!((first.number, first.amount), (8, 110));
        let second = book.begin([2; 32], 10).unwrap();
        assert_eq!((second.number, second.amount), (9, 120));
        book.finish(9, 3);
        assert_eq!((book.spent(), book.ceiling()), (103, Some(113)));
        book.forget(8);
        assert_eq!(book.begin([3; 32], 10).unwrap().amount, 113);
    }

    #[test]
    fn what_broke_off_is_repeated_under_its_number_and_paid_once() {
        let mut book = Book::new(0, 0);
        let first = book.begin([1; 32], 10).unwrap();
        // The same again while it is under way is another request.
        assert_eq!(book.begin([1; 32], 10).unwrap().number, 2);
        book.forget(2);
        book.pause(first.number);
        let again = book.begin([1; 32], 10).unwrap();
        assert_eq!((again.number, again.again, again.amount), (1, true, 10));
        assert!(!book.is_known([1; 32]), "it is under way");
        book.sign(1, 4);
        book.pause(1);
        assert_eq!(book.needs([1; 32], 10), 0);
        assert!(book.is_known([1; 32]) && !book.is_known([2; 32]));
        assert_eq!(book.begin([1; 32], 10).unwrap().number, 1);
        book.finish(1, 4);
        assert_eq!((book.spent(), book.ceiling()), (4, Some(4)));
        assert_eq!(book.begin([1; 32], 10).unwrap().number, 3);
    }

    #[test]
    fn what_nobody_wants_any_more_is_paid_as_far_as_it_was_written_and_not_repeated() {
        let mut book = Book::new(0, 0);
        book.begin([1; 32], 10).unwrap();
        book.abandon(1);
        assert_eq!(book.ceiling(), Some(10));
        assert_eq!(book.unknown().len(), 1);
        assert_eq!(book.needs([1; 32], 10), 10);
        assert_eq!(book.begin([1; 32], 10).unwrap().number, 2);
        book.sign(1, 3);
        assert_eq!((book.spent(), book.ceiling()), (3, Some(13)));
        assert_eq!(book.open.len(), 1);
        book.sign(2, 4);
        book.abandon(2);
        assert_eq!((book.spent(), book.open.len()), (7, 0));
    }

    #[test]
    fn a_restart_knows_all_but_what_is_under_way() {
        let mut book = Book::new(0, 0);
        book.begin([1; 32], 10).unwrap();
        assert!(book.unknown().is_empty());
        let json = serde_json::to_string(&book).unwrap();
        let read: Book = serde_json::from_str(&json).unwrap();
        assert_eq!(read.ceiling(), Some(10));
        assert_eq!(read.unknown().len(), 1);
        assert_eq!(read.clone().begin([2; 32], 1).unwrap().number, 2);
    }

    #[test]
    fn a_liar_is_not_paid_and_the_open_requests_are_bounded() {
        let mut book = Book::new(0, 0);
        for number in 0..OPEN_MAX {
            book.begin([0; 32], 1).unwrap();
            assert_eq!(book.open.len(), number + 1);
        }
        assert_eq!(book.begin([1; 32], 1), Err(BookError::TooManyOpen));
        book.sign(1, 1);
        book.pause(1);
        assert!(book.begin([1; 32], 1).is_ok());
        book.set_distrust("it lied");
        assert!(matches!(
            book.begin([2; 32], 1),
            Err(BookError::Distrusted(_))
        ));
    }

    proptest! {
        /// Whatever happens in whatever order, the ceiling is what was signed and what is open, and no voucher allows
        /// more than that.
        #[test]
        fn no_voucher_allows_more_than_what_may_be_owed(steps in prop::collection::vec((0u8..5, 0u8..6, 0u128..50), 1..80)) {
            let mut book = Book::new(0, 0);
            let mut owed = 0;
            for (step, which, cost) in steps {
                let number = u64::from(which) + 1;
                let was_signed = book.open.iter().any(|entry| entry.number == number && !entry.signed);
                match step {
                    0 | 1 => {
                        let begun = book.begin([which; 32], 50).unwrap();
                        prop_assert_eq!(Some(begun.amount), book.ceiling());
                    }
                    2 => { if was_signed { owed += cost; } book.finish(number, cost); }
                    3 => { if was_signed { owed += cost; } book.sign(number, cost); book.pause(number); }
                    _ => book.forget(number),
                }
                let open: u128 = book.open.iter().filter(|entry| !entry.signed).map(|entry| entry.max).sum();
                prop_assert_eq!(book.spent(), owed);
                prop_assert_eq!(book.ceiling(), Some(owed + open));
            }
        }
    }
}
