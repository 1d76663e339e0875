//! Revocation lists.

use super::{
    der::{
        bit_string, common_name, extension, integer, name, sequence, tlv, utc_time,
        ECDSA_WITH_SHA384,
    },
    Signer,
};
use crate::chain::Role;
use alloc::vec::Vec;

const CRL_NUMBER: [u8; 3] = [0x55, 0x1d, 0x14];

pub(super) fn make(
    issuer: Role,
    key: &Signer,
    number: u64,
    this_update: u64,
    revoked: &[&[u8]],
) -> Vec<u8> {
    let date = utc_time(this_update);
    let entries: Vec<u8> = revoked
        .iter()
        .flat_map(|serial| sequence(&[&integer(serial), &date]))
        .collect();
    // The list is absent, not empty, if nothing is revoked (RFC 5280, 5.1.2.6).
    let list = if entries.is_empty() {
        Vec::new()
    } else {
        tlv(0x30, &entries)
    };
    let number = extension(&CRL_NUMBER, false, &integer(&number.to_be_bytes()));
    let body = sequence(&[
        &integer(&[1]),
        &ECDSA_WITH_SHA384,
        &name(common_name(issuer)),
        &date,
        &list,
        &tlv(0xa0, &tlv(0x30, &number)),
    ]);
    let signature = bit_string(&key.sign_der(&body));
    sequence(&[&body, &ECDSA_WITH_SHA384, &signature])
}
