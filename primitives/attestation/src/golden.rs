//! Golden sets: what a driver or a VBIOS should measure.
//!
//! Goals: a report passes only if each active index of both sets matches one of its alternatives, and no index is active
//! in both. Golden index i is compared with the report's block i + 1.
//! Non-goals: the XML of NVIDIA's reference integrity manifests (RIM), which a tool off chain turns into these sets.

use crate::{
    error::EvidenceError,
    limits::{MAX_ALTERNATIVES, MEASUREMENTS},
    opaque::{Opaque, Switch, Text, VbiosVersion},
    report::{Measurement, Report},
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;

/// Index that counts only when video decoder 0 is not off.
pub const NVDEC0_INDEX: u8 = 35;

/// What a golden set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// The GPU's driver.
    Driver,
    /// The GPU's VBIOS.
    Vbios,
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Component::Driver => "driver",
            Component::Vbios => "VBIOS",
        })
    }
}

/// The component and version that a golden set is for: what a report must say of itself.
#[derive(
    Clone,
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
pub enum GoldenId {
    /// A driver.
    #[codec(index = 0)]
    Driver {
        /// Its version, like `545.00`.
        version: Text,
    },
    /// A VBIOS.
    #[codec(index = 1)]
    Vbios {
        /// Project of the board, like `1010`.
        project: Text,
        /// SKU of the project, like `0200`.
        project_sku: Text,
        /// SKU of the chip, like `882`.
        chip_sku: Text,
        /// Its version, like `96.00.5E.00.01`.
        version: VbiosVersion,
    },
}

impl GoldenId {
    /// The driver that a report names.
    pub fn driver_of(opaque: &Opaque) -> Self {
        Self::Driver {
            version: opaque.driver_version.clone(),
        }
    }

    /// The VBIOS that a report names.
    pub fn vbios_of(opaque: &Opaque) -> Self {
        Self::Vbios {
            project: opaque.project.clone(),
            project_sku: opaque.project_sku.clone(),
            chip_sku: opaque.chip_sku.clone(),
            version: opaque.vbios_version,
        }
    }

    /// Which component it is.
    pub fn component(&self) -> Component {
        match self {
            Self::Driver { .. } => Component::Driver,
            Self::Vbios { .. } => Component::Vbios,
        }
    }
}

impl fmt::Display for GoldenId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Driver { version } => write!(f, "driver {version}"),
            Self::Vbios {
                project,
                project_sku,
                chip_sku,
                version,
            } => write!(f, "VBIOS {project}_{project_sku}_{chip_sku} {version}"),
        }
    }
}

impl FromStr for GoldenId {
    type Err = GoldenIdError;

    /// From what it is shown as: `driver 545.00`, or `VBIOS 1010_0200_882 96.00.5E.00.01`.
    fn from_str(text: &str) -> Result<Self, GoldenIdError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let word = |text: &str| text.parse::<Text>().map_err(|_| GoldenIdError);
        match words.as_slice() {
            [kind, version] if kind.eq_ignore_ascii_case("driver") => Ok(Self::Driver {
                version: word(version)?,
            }),
            [kind, board, version] if kind.eq_ignore_ascii_case("VBIOS") => {
                let board: Vec<&str> = board.split('_').collect();
                let [project, project_sku, chip_sku] =
                    <[&str; 3]>::try_from(board).map_err(|_| GoldenIdError)?;
                Ok(Self::Vbios {
                    project: word(project)?,
                    project_sku: word(project_sku)?,
                    chip_sku: word(chip_sku)?,
                    version: version.parse().map_err(|_| GoldenIdError)?,
                })
            }
            _ => Err(GoldenIdError),
        }
    }
}

/// Not what a golden set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `driver 545.00` or `VBIOS 1010_0200_882 96.00.5E.00.01`")]
pub struct GoldenIdError;

/// Values that one measurement may have.
pub type Alternatives = BoundedVec<Measurement, ConstU32<MAX_ALTERNATIVES>>;

/// An active index of a golden set.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GoldenEntry {
    /// Index, from 0; the report's block of this index and one.
    pub index: u8,
    /// Values it may have, at least one.
    pub alternatives: Alternatives,
}

/// What a component should measure: its active indices, ascending.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GoldenSet {
    /// The active indices.
    pub entries: BoundedVec<GoldenEntry, ConstU32<{ MEASUREMENTS as u32 }>>,
}

impl GoldenSet {
    /// Says what makes the set useless or ambiguous.
    pub fn check(&self) -> Result<(), &'static str> {
        let indices = || self.entries.iter().map(|entry| entry.index);
        let ascending = indices().zip(indices().skip(1)).all(|(a, b)| a < b);
        let rules = [
            (
                !self.entries.is_empty(),
                "a golden set needs an active index",
            ),
            (ascending, "the indices of a golden set must ascend"),
            (
                indices().all(|index| usize::from(index) < MEASUREMENTS),
                "an index of a golden set must be below 64",
            ),
            (
                self.entries
                    .iter()
                    .all(|entry| !entry.alternatives.is_empty()),
                "an active index needs at least one value",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }

    /// Compares every active index with the report; gives how many matched, or the first that does not.
    pub fn compare(&self, component: Component, report: &Report) -> Result<u32, EvidenceError> {
        let mut matched = 0;
        for (entry, actual) in self.pairs(report) {
            if !entry.alternatives.contains(&actual) {
                return Err(EvidenceError::golden_mismatch(
                    component,
                    entry.index,
                    &actual,
                ));
            }
            matched += 1;
        }
        Ok(matched)
    }

    /// The active indices that count for this report, with what it measured.
    pub fn pairs<'s>(
        &'s self,
        report: &'s Report<'s>,
    ) -> impl Iterator<Item = (&'s GoldenEntry, Measurement)> + 's {
        let nvdec0_off = report.opaque.nvdec0 == Some(Switch::Off);
        self.entries
            .iter()
            .filter(move |entry| !(nvdec0_off && entry.index == NVDEC0_INDEX))
            .map(|entry| {
                let block = entry.index.saturating_add(1);
                // An index without a block, which `check` rules out, matches no real digest.
                let actual = report.measurement(block).copied().unwrap_or([0xff; 48]);
                (entry, actual)
            })
    }

    fn has(&self, index: u8) -> bool {
        self.entries.iter().any(|entry| entry.index == index)
    }
}

/// Compares a report with both golden sets; gives how many indices of driver and VBIOS matched.
pub fn compare(
    driver: &GoldenSet,
    vbios: &GoldenSet,
    report: &Report,
) -> Result<(u32, u32), EvidenceError> {
    check_disjoint(driver, vbios)?;
    Ok((
        driver.compare(Component::Driver, report)?,
        vbios.compare(Component::Vbios, report)?,
    ))
}

/// No index may be active in both.
pub fn check_disjoint(driver: &GoldenSet, vbios: &GoldenSet) -> Result<(), EvidenceError> {
    let mut indices = driver.entries.iter().map(|entry| entry.index);
    match indices.find(|index| vbios.has(*index)) {
        Some(index) => Err(EvidenceError::GoldenOverlap { index }),
        None => Ok(()),
    }
}
