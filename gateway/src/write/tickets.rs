//! Uploads that were allowed. A ticket's name is its secret: clients send bodies without their token, as to a store
//! apart.

use super::spool::{random_name, Oid, Room, Spool};
use crate::{
    limits::{MULTIPART_FROM, PART_LEN, TICKETS, TICKET_AGE},
    shared::locked,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Instant,
};

/// An upload that was allowed.
pub struct Ticket {
    /// Its name.
    pub name: String,
    /// What the object must hash to.
    pub oid: Oid,
    /// Its length.
    pub size: u64,
    made: Instant,
    room: Mutex<Option<Room>>,
    /// Parts that are here, for an upload in parts.
    pub parts: Mutex<BTreeSet<u64>>,
    /// Held while the whole is written or checked.
    pub busy: tokio::sync::Mutex<()>,
}

/// Tickets by name.
#[derive(Default)]
pub struct Tickets(Mutex<HashMap<String, Arc<Ticket>>>);

impl Ticket {
    /// Parts the upload has, if it comes in parts.
    pub fn part_count(&self) -> u64 {
        self.size.div_ceil(PART_LEN)
    }

    /// Where a part starts, and its length. Parts count from 1.
    pub fn part_range(&self, number: u64) -> Option<(u64, u64)> {
        let is_part = (1..=self.part_count()).contains(&number);
        let start = number.checked_sub(1)?.checked_mul(PART_LEN)?;
        is_part.then(|| (start, PART_LEN.min(self.size - start)))
    }

    /// Takes the room out, for the object or to give it back. Once.
    pub fn take_room(&self) -> Option<Room> {
        locked(&self.room, Option::take)
    }
}

impl Tickets {
    /// A ticket for an object, if there is room and there are not too many.
    pub fn issue(&self, spool: &Spool, oid: Oid, size: u64) -> Option<Arc<Ticket>> {
        self.sweep(spool);
        let room = spool.reserve(size)?;
        let ticket = Arc::new(Ticket {
            name: random_name(),
            oid,
            size,
            made: Instant::now(),
            room: Mutex::new(Some(room)),
            parts: Mutex::default(),
            busy: tokio::sync::Mutex::default(),
        });
        let issued = locked(&self.0, |tickets| {
            let fits = tickets.len() < TICKETS;
            if fits {
                tickets.insert(ticket.name.clone(), ticket.clone());
            }
            fits
        });
        if !issued {
            give_back(spool, &ticket);
        }
        issued.then_some(ticket)
    }

    /// The ticket of this name.
    pub fn find(&self, name: &str) -> Option<Arc<Ticket>> {
        locked(&self.0, |tickets| tickets.get(name).cloned())
    }

    /// Takes back tickets that are too old, and what was uploaded for them.
    fn sweep(&self, spool: &Spool) {
        let old: Vec<Arc<Ticket>> = locked(&self.0, |tickets| {
            let is_old = |ticket: &Arc<Ticket>| ticket.made.elapsed() > TICKET_AGE;
            let old = tickets
                .values()
                .filter(|ticket| is_old(ticket))
                .cloned()
                .collect();
            tickets.retain(|_, ticket| !is_old(ticket));
            old
        });
        for ticket in old {
            let _ = std::fs::remove_file(spool.part(&ticket.name));
            give_back(spool, &ticket);
        }
        spool.sweep();
    }
}

fn give_back(spool: &Spool, ticket: &Ticket) {
    if let Some(room) = ticket.take_room() {
        spool.release(room);
    }
}

/// Whether an upload is to come in parts, if the client can do that.
pub fn in_parts(size: u64) -> bool {
    size >= MULTIPART_FROM
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_object() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), u64::MAX).unwrap();
        let ticket = Tickets::default()
            .issue(&spool, [0; 32], 2 * PART_LEN + 5)
            .unwrap();
        assert_eq!(ticket.part_count(), 3);
        assert_eq!(ticket.part_range(1), Some((0, PART_LEN)));
        assert_eq!(ticket.part_range(3), Some((2 * PART_LEN, 5)));
        for none in [0, 4, u64::MAX] {
            assert_eq!(ticket.part_range(none), None);
        }
    }

    #[test]
    fn without_room_there_is_no_ticket() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 10).unwrap();
        let tickets = Tickets::default();
        let first = tickets.issue(&spool, [0; 32], 10).unwrap();
        assert!(tickets.issue(&spool, [1; 32], 1).is_none());
        assert!(tickets.find(&first.name).is_some());
        spool.release(first.take_room().unwrap());
        assert!(first.take_room().is_none());
        assert!(tickets.issue(&spool, [1; 32], 1).is_some());
    }
}
