//! The opaque data of a report: what the GPU says of itself, as fields of type, size and value.
//!
//! Goals: known fields are typed and of the right size; a field that comes twice is an error, whether known or not.
//! Non-goals: fields we do not know; they are skipped, and their types listed.

use crate::{
    error::EvidenceError,
    limits::{MAX_OPAQUE_FIELDS, MAX_TEXT_LEN, MEASUREMENTS, MEASUREMENT_LEN},
    reader::Reader,
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;

/// Types of the fields we know, as `nv-local-gpu-verifier` numbers them.
pub mod kind {
    #![allow(missing_docs, reason = "the names say it")]
    pub const DRIVER_VERSION: u16 = 3;
    pub const GPU_INFO: u16 = 4;
    pub const VBIOS_VERSION: u16 = 6;
    pub const NVDEC0: u16 = 11;
    pub const MEASUREMENT_COUNTS: u16 = 12;
    pub const CPR_INFO: u16 = 13;
    pub const BOARD_ID: u16 = 14;
    pub const CHIP_SKU: u16 = 15;
    pub const CHIP_SKU_MODIFIER: u16 = 16;
    pub const PROJECT: u16 = 17;
    pub const PROJECT_SKU: u16 = 18;
    pub const PROJECT_SKU_MODIFIER: u16 = 19;
    pub const FWID: u16 = 20;
    pub const PROTECTED_PCIE: u16 = 21;
    pub const FEATURE: u16 = 36;
}

/// Printable ASCII, at most [`MAX_TEXT_LEN`] bytes.
#[derive(
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Text(BoundedVec<u8, ConstU32<MAX_TEXT_LEN>>);

impl Text {
    /// The text, for a caller that compares bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it holds only printable ASCII; one that was decoded rather than parsed may hold anything.
    pub fn is_printable(&self) -> bool {
        self.0.iter().all(u8::is_ascii_graphic)
    }

    /// A field of NUL-terminated text: after the first NUL only NULs.
    fn from_field(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let (text, padding) = bytes.split_at_checked(end)?;
        let padded = padding.iter().all(|byte| *byte == 0);
        Self::from_ascii(text).filter(|_| padded)
    }

    fn from_ascii(text: &[u8]) -> Option<Self> {
        let text = Self(text.to_vec().try_into().ok()?);
        text.is_printable().then_some(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(f, "{}", byte.escape_ascii()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::from_ascii(text.as_bytes()).ok_or(TextError)
    }
}

/// Not a text as reports carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {MAX_TEXT_LEN} printable ASCII characters without spaces")]
pub struct TextError;

/// Version of a VBIOS: the field's 8 bytes as a little-endian number. Shown as `96.00.5E.00.01`, its five low bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct VbiosVersion(pub u64);

impl fmt::Display for VbiosVersion {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [a, b, c, d, e, rest @ ..] = self.0.to_le_bytes();
        write!(f, "{d:02X}.{c:02X}.{b:02X}.{a:02X}.{e:02X}")?;
        match rest {
            [0, 0, 0] => Ok(()),
            [x, y, z] => write!(f, ".{x:02X}.{y:02X}.{z:02X}"),
        }
    }
}

impl FromStr for VbiosVersion {
    type Err = VbiosVersionError;

    fn from_str(text: &str) -> Result<Self, VbiosVersionError> {
        let bytes: Vec<u8> = text
            .split('.')
            .map(hex_byte)
            .collect::<Option<_>>()
            .ok_or(VbiosVersionError)?;
        let [d, c, b, a, e] = <[u8; 5]>::try_from(bytes).map_err(|_| VbiosVersionError)?;
        Ok(Self(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])))
    }
}

fn hex_byte(text: &str) -> Option<u8> {
    let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(text, 16).ok().filter(|_| plain)
}

/// Not a version of a VBIOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected five bytes in hex with dots between, like 96.00.5E.00.01")]
pub struct VbiosVersionError;

/// A switch that reports write as 0xAA (on) or 0x55 (off).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// 0xAA
    On,
    /// 0x55
    Off,
}

/// How the GPU is used in confidential mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// One GPU passed to one guest.
    SingleGpu,
    /// Several GPUs passed to one guest.
    MultiGpu,
    /// Protected PCIe: all GPUs and switches of a host in one guest.
    ProtectedPcie,
}

/// What a GPU says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// Version of the driver that loaded the GPU's firmware.
    pub driver_version: Text,
    /// Version of the VBIOS.
    pub vbios_version: VbiosVersion,
    /// Project of the board.
    pub project: Text,
    /// SKU of the project.
    pub project_sku: Text,
    /// SKU of the chip.
    pub chip_sku: Text,
    /// Modifier of the project's SKU.
    pub project_sku_modifier: Option<Text>,
    /// Modifier of the chip's SKU.
    pub chip_sku_modifier: Option<Text>,
    /// Identifier of the board.
    pub board_id: Option<u32>,
    /// GPU information, undocumented.
    pub gpu_info: Option<[u8; 8]>,
    /// Information on the compute protected region, undocumented.
    pub cpr_info: Option<u32>,
    /// How often each measurement was taken.
    pub measurement_counts: Option<[u32; MEASUREMENTS]>,
    /// Video decoder 0; golden index 35 counts only when it is not off.
    pub nvdec0: Option<Switch>,
    /// Identity of the firmware that holds the signing key; absent on drivers before 550.
    pub fwid: Option<[u8; MEASUREMENT_LEN]>,
    /// Protected PCIe.
    pub protected_pcie: Option<Switch>,
    /// Use of the GPU.
    pub feature: Option<Feature>,
    /// Types of further fields, in their order.
    pub unknown: Vec<u16>,
}

impl Opaque {
    /// Parses the opaque data.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let fields = Fields::parse(bytes)?;
        Ok(Self {
            driver_version: fields.required(kind::DRIVER_VERSION, text)?,
            vbios_version: fields.required(kind::VBIOS_VERSION, |bytes| {
                fixed(bytes).map(u64::from_le_bytes).map(VbiosVersion)
            })?,
            project: fields.required(kind::PROJECT, text)?,
            project_sku: fields.required(kind::PROJECT_SKU, text)?,
            chip_sku: fields.required(kind::CHIP_SKU, text)?,
            project_sku_modifier: fields.optional(kind::PROJECT_SKU_MODIFIER, text)?,
            chip_sku_modifier: fields.optional(kind::CHIP_SKU_MODIFIER, text)?,
            board_id: fields.optional(kind::BOARD_ID, number)?,
            gpu_info: fields.optional(kind::GPU_INFO, fixed)?,
            cpr_info: fields.optional(kind::CPR_INFO, number)?,
            measurement_counts: fields.optional(kind::MEASUREMENT_COUNTS, counts)?,
            nvdec0: fields.optional(kind::NVDEC0, switch)?,
            fwid: fields.optional(kind::FWID, fixed)?,
            protected_pcie: fields.optional(kind::PROTECTED_PCIE, switch)?,
            feature: fields.optional(kind::FEATURE, feature)?,
            unknown: fields.unknown(),
        })
    }
}

const KNOWN: [u16; 15] = [
    kind::DRIVER_VERSION,
    kind::GPU_INFO,
    kind::VBIOS_VERSION,
    kind::NVDEC0,
    kind::MEASUREMENT_COUNTS,
    kind::CPR_INFO,
    kind::BOARD_ID,
    kind::CHIP_SKU,
    kind::CHIP_SKU_MODIFIER,
    kind::PROJECT,
    kind::PROJECT_SKU,
    kind::PROJECT_SKU_MODIFIER,
    kind::FWID,
    kind::PROTECTED_PCIE,
    kind::FEATURE,
];

/// The fields as they came, none twice.
struct Fields<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Fields<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, EvidenceError> {
        let mut reader = Reader::new(bytes);
        let mut fields = Self(Vec::new());
        while !reader.is_empty() {
            let (kind, value) = next_field(&mut reader).ok_or(EvidenceError::FieldTruncated {
                offset: bytes.len() - reader.len(),
            })?;
            fields.add(kind, value)?;
        }
        Ok(fields)
    }

    fn add(&mut self, kind: u16, value: &'a [u8]) -> Result<(), EvidenceError> {
        if self.get(kind).is_some() {
            return Err(EvidenceError::FieldTwice { kind });
        }
        if self.0.len() >= MAX_OPAQUE_FIELDS {
            return Err(EvidenceError::TooManyFields {
                most: MAX_OPAQUE_FIELDS,
            });
        }
        self.0.push((kind, value));
        Ok(())
    }

    fn get(&self, kind: u16) -> Option<&'a [u8]> {
        let field = self.0.iter().find(|(found, _)| *found == kind);
        field.map(|(_, value)| *value)
    }

    fn optional<T>(
        &self,
        kind: u16,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<Option<T>, EvidenceError> {
        let Some(value) = self.get(kind) else {
            return Ok(None);
        };
        let bad = EvidenceError::FieldValue {
            kind,
            len: value.len(),
        };
        read(value).ok_or(bad).map(Some)
    }

    fn required<T>(
        &self,
        kind: u16,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, EvidenceError> {
        self.optional(kind, read)?
            .ok_or(EvidenceError::FieldMissing { kind })
    }

    fn unknown(&self) -> Vec<u16> {
        let kinds = self.0.iter().map(|(kind, _)| *kind);
        kinds.filter(|kind| !KNOWN.contains(kind)).collect()
    }
}

/// The next field; the reader stays in place if it is cut short.
fn next_field<'a>(reader: &mut Reader<'a>) -> Option<(u16, &'a [u8])> {
    let mut ahead = *reader;
    let kind = ahead.u16()?;
    let len = ahead.u16()?;
    let value = ahead.take(len.into())?;
    *reader = ahead;
    Some((kind, value))
}

fn text(bytes: &[u8]) -> Option<Text> {
    Text::from_field(bytes)
}

fn fixed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn number(bytes: &[u8]) -> Option<u32> {
    fixed(bytes).map(u32::from_le_bytes)
}

fn counts(bytes: &[u8]) -> Option<[u32; MEASUREMENTS]> {
    let counts: Vec<u32> = bytes.chunks(4).map(number).collect::<Option<_>>()?;
    counts.try_into().ok()
}

fn switch(bytes: &[u8]) -> Option<Switch> {
    match bytes {
        [0xaa] => Some(Switch::On),
        [0x55] => Some(Switch::Off),
        _ => None,
    }
}

/// One to four bytes, little-endian.
fn feature(bytes: &[u8]) -> Option<Feature> {
    let (low, high) = bytes.split_first()?;
    let small = bytes.len() <= 4 && high.iter().all(|byte| *byte == 0);
    match low {
        _ if !small => None,
        0 => Some(Feature::SingleGpu),
        1 => Some(Feature::MultiGpu),
        2 => Some(Feature::ProtectedPcie),
        _ => None,
    }
}
