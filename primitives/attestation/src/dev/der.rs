//! The few DER values that certificates and lists are made of.

use crate::chain::Role;
use alloc::{format, vec, vec::Vec};

pub(super) const BOOLEAN_TRUE: [u8; 3] = [0x01, 0x01, 0xff];
/// Algorithm: ecdsa-with-SHA384.
pub(super) const ECDSA_WITH_SHA384: [u8; 12] = [
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03,
];

/// A value with tag and length.
pub(super) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let mut value = match len {
        0..=0x7f => vec![tag, len as u8],
        0x80..=0xff => vec![tag, 0x81, len as u8],
        0x100..=0xffff => vec![tag, 0x82, (len >> 8) as u8, len as u8],
        _ => vec![tag, 0x83, (len >> 16) as u8, (len >> 8) as u8, len as u8],
    };
    value.extend_from_slice(content);
    value
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// A positive integer.
pub(super) fn integer(big_endian: &[u8]) -> Vec<u8> {
    let leading = big_endian.iter().take_while(|byte| **byte == 0).count();
    let digits: Vec<u8> = big_endian.iter().skip(leading).copied().collect();
    let padded = digits.first().is_none_or(|byte| *byte >= 0x80);
    let sign: &[u8] = if padded { &[0] } else { &[] };
    tlv(0x02, &[sign, &digits].concat())
}

pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes].concat())
}

/// An extension of `2.5.29.x` or another object identifier, given as its content bytes.
pub(super) fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &BOOLEAN_TRUE } else { &[] };
    sequence(&[&tlv(0x06, oid), critical, &tlv(0x04, value)])
}

/// What the certificate in this place is called.
pub(super) fn common_name(role: Role) -> &'static str {
    match role {
        Role::Leaf => "Ballast Test GSP FMC LF",
        Role::Device => "Ballast Test GSP BROM",
        Role::Provisioner => "Ballast Test Provisioner ICA 1",
        Role::Identity => "Ballast Test Identity",
        Role::Root => "Ballast Test Device Identity CA",
    }
}

pub(super) fn name(common_name: &str) -> Vec<u8> {
    let attribute = |oid: &[u8], value: &str| {
        let pair = sequence(&[&tlv(0x06, oid), &tlv(0x0c, value.as_bytes())]);
        tlv(0x31, &pair)
    };
    sequence(&[
        &attribute(&[0x55, 0x04, 0x0a], "Ballast development"),
        &attribute(&[0x55, 0x04, 0x03], common_name),
    ])
}

/// A date of this century, `YYMMDDhhmmssZ`.
pub(super) fn utc_time(seconds: u64) -> Vec<u8> {
    let days = seconds / 86_400;
    let (year, month, day) = civil(days);
    let rest = seconds % 86_400;
    let text = format!(
        "{:02}{month:02}{day:02}{:02}{:02}{:02}Z",
        year % 100,
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    );
    tlv(0x17, text.as_bytes())
}

/// Date of a day since 1970 (Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}
