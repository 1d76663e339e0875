//! Real GPUs, through NVIDIA's management library (NVML), which comes with the driver and is loaded at run time.
//!
//! Source: NVML API reference, "Confidential compute": `nvmlSystemGetConfComputeSettings`,
//! `nvmlDeviceGetConfComputeGpuCertificate`, `nvmlDeviceGetConfComputeGpuAttestationReport`.

use crate::attester::{Attester, AttesterError};
use ballast_attestation::{limits::MAX_GPUS, Challenge, Nonce};
use ballast_chain::{calls::attestation::Gpu, EvidenceBundle};
use nvml_wrapper::{error::NvmlError, Device, Nvml};
use std::path::PathBuf;

/// GPUs of this machine in confidential mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NvmlGpus {
    /// The library; by default the one that the loader finds.
    pub library: Option<PathBuf>,
    /// Which GPUs, counted from 0; none for all.
    pub gpus: Vec<u32>,
}

impl Attester for NvmlGpus {
    /// The library is loaded for each call, so that a driver that was updated is used from then on.
    fn evidence(&self, challenge: &Challenge) -> Result<EvidenceBundle, AttesterError> {
        let nvml = self.load()?;
        let nonce = challenge.nonce();
        let gpus = self.numbers(&nvml)?;
        let gpus = gpus.into_iter().map(|number| answer(&nvml, number, nonce));
        Ok(EvidenceBundle {
            gpus: gpus.collect::<Result<_, _>>()?,
            guest: None,
        })
    }
}

impl NvmlGpus {
    fn load(&self) -> Result<Nvml, AttesterError> {
        let mut builder = Nvml::builder();
        if let Some(library) = &self.library {
            builder.lib_path(library.as_os_str());
        }
        builder.init().map_err(|error| match error {
            NvmlError::LibloadingError(_)
            | NvmlError::FailedToLoadSymbol(_)
            | NvmlError::LibraryNotFound
            | NvmlError::DriverNotLoaded => AttesterError::Library {
                reason: error.to_string(),
            },
            other => failed("nvmlInit", &other),
        })
    }

    /// The GPUs to ask.
    fn numbers(&self, nvml: &Nvml) -> Result<Vec<u32>, AttesterError> {
        let found = nvml
            .device_count()
            .map_err(|error| failed("nvmlDeviceGetCount", &error))?;
        if found == 0 {
            return Err(AttesterError::NoGpu);
        }
        let gpus: Vec<u32> = match self.gpus.as_slice() {
            [] => (0..found).collect(),
            some => some.to_vec(),
        };
        if let Some(wanted) = gpus.iter().copied().find(|gpu| *gpu >= found) {
            return Err(AttesterError::UnknownGpu { wanted, found });
        }
        if gpus.len() > MAX_GPUS as usize {
            return Err(AttesterError::TooManyGpus { found: gpus.len() });
        }
        Ok(gpus)
    }
}

/// Report and certificates of a GPU.
fn answer(nvml: &Nvml, number: u32, nonce: Nonce) -> Result<Gpu, AttesterError> {
    let device = nvml
        .device_by_index(number)
        .map_err(|error| failed("nvmlDeviceGetHandleByIndex", &error))?;
    check_mode(&device)?;
    let chain = device
        .confidential_compute_gpu_certificate()
        .map_err(|error| failed("nvmlDeviceGetConfComputeGpuCertificate", &error))?;
    let chain = certificates(number, &chain.attestation_cert_chain)?;
    let report = device
        .confidential_compute_gpu_attestation_report(nonce)
        .map_err(|error| failed("nvmlDeviceGetConfComputeGpuAttestationReport", &error))?;
    Ok((report.attestation_report, chain))
}

/// Confidential mode must be on, and not for developers. It is the system's, but the library asks for a device.
fn check_mode(device: &Device) -> Result<(), AttesterError> {
    let settings = |error| failed("nvmlSystemGetConfComputeSettings", &error);
    if !device.is_cc_enabled().map_err(settings)? {
        return Err(AttesterError::ConfidentialModeOff);
    }
    if device.is_cc_dev_mode_enabled().map_err(settings)? {
        return Err(AttesterError::DeveloperMode);
    }
    Ok(())
}

/// The chain's DER, from the PEM that the library gives.
fn certificates(gpu: u32, pem: &[u8]) -> Result<Vec<Vec<u8>>, AttesterError> {
    let blocks = pem::parse_many(pem).map_err(|error| AttesterError::Certificates {
        gpu,
        reason: error.to_string(),
    })?;
    if blocks.is_empty() {
        return Err(AttesterError::Certificates {
            gpu,
            reason: "there is none".into(),
        });
    }
    Ok(blocks.into_iter().map(pem::Pem::into_contents).collect())
}

fn failed(call: &'static str, error: &NvmlError) -> AttesterError {
    let reason = error.to_string();
    match error {
        NvmlError::NotSupported
        | NvmlError::FailedToLoadSymbol(_)
        | NvmlError::FunctionNotFound => AttesterError::Unsupported { call, reason },
        _ => AttesterError::Nvml { call, reason },
    }
}
