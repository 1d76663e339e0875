//! Reports in the shape of NVIDIA's.

use super::{measurement, Signer, FWID};
use crate::{
    golden::GoldenId,
    limits::MEASUREMENTS,
    nonce::Nonce,
    opaque::{kind, VbiosVersion},
    report::Measurement,
};
use alloc::{vec, vec::Vec};

const PROJECT: &str = "B001";
const PROJECT_SKU: &str = "0001";
const CHIP_SKU: &str = "999";

fn terminated(text: &str) -> Vec<u8> {
    [text.as_bytes(), b"\0"].concat()
}

/// What a report will say.
#[derive(Clone)]
pub struct ReportSpec {
    /// Driver's version.
    pub driver_version: &'static str,
    /// VBIOS's version.
    pub vbios_version: u64,
    /// Measurements, that of block 1 first.
    pub measurements: Vec<Measurement>,
    /// Video decoder 0: 0xAA on, 0x55 off.
    pub nvdec0: u8,
    /// Firmware; none as on old drivers.
    pub fwid: Option<[u8; 48]>,
    /// Further fields, as bytes.
    pub more_fields: Vec<u8>,
}

impl Default for ReportSpec {
    /// What a test GPU says.
    fn default() -> Self {
        Self {
            driver_version: "580.00.dev",
            vbios_version: 0x01_96_00_99_00,
            measurements: (0..MEASUREMENTS as u8).map(measurement).collect(),
            nvdec0: 0x55,
            fwid: Some(FWID),
            more_fields: Vec::new(),
        }
    }
}

impl ReportSpec {
    /// The report, signed by `key` for this nonce.
    pub fn sign(&self, nonce: &Nonce, key: &Signer) -> Vec<u8> {
        let mut report = self.unsigned(nonce);
        let signature = key.sign_fixed(&report);
        report.extend_from_slice(&signature);
        report
    }

    /// The driver and the VBIOS it names.
    pub fn golden_ids(&self) -> [GoldenId; 2] {
        // The words of this file are short and printable; a longer one would give an id that matches no report.
        let text = |words: &str| words.parse().unwrap_or_default();
        let driver = GoldenId::Driver {
            version: text(self.driver_version),
        };
        let vbios = GoldenId::Vbios {
            project: text(PROJECT),
            project_sku: text(PROJECT_SKU),
            chip_sku: text(CHIP_SKU),
            version: VbiosVersion(self.vbios_version),
        };
        [driver, vbios]
    }

    fn unsigned(&self, nonce: &Nonce) -> Vec<u8> {
        let mut report = vec![0x11, 0xe0, 0x01, 0xff];
        report.extend_from_slice(nonce);
        report.extend([0x00, 0x11, 0x60, 0x00, 0x00, 0x40, 0xc0, 0x0d, 0x00]);
        for (index, value) in (1u8..).zip(&self.measurements) {
            report.extend([index, 1, 51, 0, 1, 48, 0]);
            report.extend_from_slice(value);
        }
        report.extend([0x77; 32]);
        let fields = self.fields();
        report.extend((fields.len() as u16).to_le_bytes());
        report.extend(fields);
        report
    }

    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        let mut add = |kind: u16, value: &[u8]| {
            fields.extend(kind.to_le_bytes());
            fields.extend((value.len() as u16).to_le_bytes());
            fields.extend_from_slice(value);
        };
        add(kind::VBIOS_VERSION, &self.vbios_version.to_le_bytes());
        add(kind::BOARD_ID, &[0xb1, 3, 0, 0]);
        add(kind::CHIP_SKU, &terminated(CHIP_SKU));
        add(kind::CHIP_SKU_MODIFIER, b"0\0");
        add(kind::PROJECT, &terminated(PROJECT));
        add(kind::PROJECT_SKU, &terminated(PROJECT_SKU));
        add(kind::PROJECT_SKU_MODIFIER, b"\0\0");
        add(kind::DRIVER_VERSION, &terminated(self.driver_version));
        add(kind::GPU_INFO, &[0x80, 1, 0, 0, 0, 0, 0, 0]);
        add(kind::MEASUREMENT_COUNTS, &[1, 0, 0, 0].repeat(MEASUREMENTS));
        add(kind::CPR_INFO, &[0, 0xc0, 1, 0]);
        add(kind::NVDEC0, &[self.nvdec0]);
        if let Some(fwid) = &self.fwid {
            add(kind::FWID, fwid);
        }
        add(kind::PROTECTED_PCIE, &[0x55]);
        add(kind::FEATURE, &[0]);
        fields.extend_from_slice(&self.more_fields);
        fields
    }
}
