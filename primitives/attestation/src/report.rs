//! A GPU's measurement report: an SPDM 1.1 GET_MEASUREMENTS request and its response, as NVIDIA's Hopper signs them.
//!
//! Goals: every field typed and checked against the constants of the format; no byte left over.
//! Non-goals: who signed it ([`crate::chain`]), what it should measure ([`crate::golden`]).
//!
//! ```text
//! 0     request: version, code, two parameters, requester nonce (32), slot
//! 37    response: version, code, two parameters, number of blocks, length of the record (3 bytes)
//! 45    64 blocks of 55 bytes: index, specification, size, type, value size, SHA-384
//! 3565  responder nonce (32), length of the opaque data (2)
//! 3599  opaque data: fields of type, size, value
//! last  96 bytes: signature over all bytes before
//! ```

use crate::{
    error::EvidenceError,
    key::{PublicKey, Signature},
    limits::{
        MAX_OPAQUE_LEN, MAX_REPORT_LEN, MEASUREMENTS, MEASUREMENT_LEN, REPORT_FIXED_LEN,
        SIGNATURE_LEN,
    },
    nonce::Nonce,
    opaque::Opaque,
    reader::Reader,
};

/// A measurement: a SHA-384 digest.
pub type Measurement = [u8; MEASUREMENT_LEN];

/// Bytes of a block's header.
const BLOCK_HEADER_LEN: usize = 7;
/// Bytes of a block.
const BLOCK_LEN: usize = BLOCK_HEADER_LEN + MEASUREMENT_LEN;
/// Bytes of all blocks.
const RECORD_LEN: usize = MEASUREMENTS * BLOCK_LEN;

/// A report whose form is right. Nothing about its content is verified yet.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// The nonce of the request: the one that must be the challenge's.
    pub nonce: Nonce,
    /// Slot of the certificate chain that the request names.
    pub slot: u8,
    /// The measurement blocks.
    record: &'a [u8],
    /// The GPU's own nonce. It binds nothing of ours.
    pub responder_nonce: Nonce,
    /// What the GPU says of itself.
    pub opaque: Opaque,
    /// The bytes that are signed.
    pub signed: &'a [u8],
    /// The signature over them.
    pub signature: Signature,
}

impl<'a> Report<'a> {
    /// Parses and checks the form of a report.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EvidenceError> {
        check_length(bytes.len())?;
        let (signed, signature) = split_signature(bytes)?;
        let mut reader = Reader::new(signed);
        let nonce = parse_request(&mut reader)?;
        parse_response_header(&mut reader)?;
        let record = parse_record(&mut reader)?;
        let responder_nonce = reader.array().ok_or(TOO_SHORT)?;
        let opaque = parse_opaque(&mut reader)?;
        Ok(Self {
            nonce,
            slot: 0,
            record,
            responder_nonce,
            opaque,
            signed,
            signature,
        })
    }

    /// Measurement of the block with this index, counted from 1 as the blocks themselves count.
    pub fn measurement(&self, block: u8) -> Option<&'a Measurement> {
        let start = usize::from(block).checked_sub(1)? * BLOCK_LEN + BLOCK_HEADER_LEN;
        self.record.get(start..)?.first_chunk()
    }

    /// All measurements, that of block 1 first.
    pub fn measurements(&self) -> impl Iterator<Item = &'a Measurement> + '_ {
        (1..=MEASUREMENTS as u8).filter_map(|block| self.measurement(block))
    }

    /// Whether the holder of `key` signed this report.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.has_signed(self.signed, &self.signature)
    }
}

/// What cannot come any more once the length is checked.
const TOO_SHORT: EvidenceError = EvidenceError::ReportLength {
    actual: 0,
    least: REPORT_FIXED_LEN,
    most: MAX_REPORT_LEN,
};

fn check_length(actual: usize) -> Result<(), EvidenceError> {
    if (REPORT_FIXED_LEN..=MAX_REPORT_LEN).contains(&actual) {
        return Ok(());
    }
    Err(EvidenceError::ReportLength {
        actual,
        least: REPORT_FIXED_LEN,
        most: MAX_REPORT_LEN,
    })
}

fn split_signature(bytes: &[u8]) -> Result<(&[u8], Signature), EvidenceError> {
    let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_LEN>().ok_or(TOO_SHORT)?;
    let signature = Signature::from_fixed(signature).ok_or(EvidenceError::ReportSignatureRange)?;
    Ok((signed, signature))
}

fn expect(field: &'static str, expected: u32, actual: Option<u32>) -> Result<(), EvidenceError> {
    let actual = actual.ok_or(TOO_SHORT)?;
    if actual == expected {
        return Ok(());
    }
    Err(EvidenceError::Spdm {
        field,
        expected,
        actual,
    })
}

/// Version 1.1, GET_MEASUREMENTS with a signature, all measurements; the nonce; slot 0.
fn parse_request(reader: &mut Reader) -> Result<Nonce, EvidenceError> {
    expect("request version", 0x11, reader.u8().map(u32::from))?;
    expect("request code", 0xe0, reader.u8().map(u32::from))?;
    expect("request parameter 1", 0x01, reader.u8().map(u32::from))?;
    expect("request parameter 2", 0xff, reader.u8().map(u32::from))?;
    let nonce = reader.array().ok_or(TOO_SHORT)?;
    expect("certificate slot", 0, reader.u8().map(u32::from))?;
    Ok(nonce)
}

fn parse_response_header(reader: &mut Reader) -> Result<(), EvidenceError> {
    expect("response version", 0x11, reader.u8().map(u32::from))?;
    expect("response code", 0x60, reader.u8().map(u32::from))?;
    expect("response parameter 1", 0, reader.u8().map(u32::from))?;
    expect("response parameter 2", 0, reader.u8().map(u32::from))?;
    expect(
        "number of measurement blocks",
        MEASUREMENTS as u32,
        reader.u8().map(u32::from),
    )?;
    expect(
        "length of the measurement record",
        RECORD_LEN as u32,
        reader.u24(),
    )
}

fn parse_record<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], EvidenceError> {
    let record = reader.take(RECORD_LEN).ok_or(TOO_SHORT)?;
    let mut blocks = Reader::new(record);
    for index in 1..=MEASUREMENTS as u8 {
        parse_block(index, &mut blocks)?;
    }
    Ok(record)
}

fn parse_block(index: u8, blocks: &mut Reader) -> Result<(), EvidenceError> {
    let value_len = MEASUREMENT_LEN as u32;
    expect(
        "index of a measurement block",
        index.into(),
        blocks.u8().map(u32::from),
    )?;
    expect("measurement specification", 1, blocks.u8().map(u32::from))?;
    expect(
        "size of a measurement block",
        value_len + 3,
        blocks.u16().map(u32::from),
    )?;
    expect("type of a measurement", 1, blocks.u8().map(u32::from))?;
    expect(
        "size of a measurement",
        value_len,
        blocks.u16().map(u32::from),
    )?;
    blocks.take(MEASUREMENT_LEN).map(|_| ()).ok_or(TOO_SHORT)
}

fn parse_opaque(reader: &mut Reader) -> Result<Opaque, EvidenceError> {
    let stated = reader.u16().map(usize::from).ok_or(TOO_SHORT)?;
    let wrong = |actual| EvidenceError::OpaqueLength {
        stated,
        actual,
        most: MAX_OPAQUE_LEN,
    };
    let mut rest = *reader;
    let opaque = rest.take(stated).ok_or(wrong(reader.len()))?;
    if stated > MAX_OPAQUE_LEN || !rest.is_empty() {
        return Err(wrong(reader.len()));
    }
    Opaque::parse(opaque)
}
