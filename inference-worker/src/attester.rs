//! Who answers challenges.

use ballast_attestation::{limits::MAX_GPUS, Challenge};
use ballast_chain::EvidenceBundle;

/// Hardware that can prove what it is, or something that pretends to be on a test network.
///
/// A call may take seconds and blocks; callers bound it.
pub trait Attester: Send + Sync {
    /// What answers this challenge: a report of each GPU with its certificates, and the quote of the guest that uses
    /// them, where there is one.
    fn evidence(&self, challenge: &Challenge) -> Result<EvidenceBundle, AttesterError>;

    /// Whether only a network that trusts the test root takes this evidence.
    fn is_development(&self) -> bool {
        false
    }
}

/// Why there is no evidence.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttesterError {
    /// No NVIDIA driver on this machine, or none that is found.
    #[error(
        "NVIDIA's management library cannot be loaded: {reason}; install the driver, or name the library with --nvml; on \
         a development network --dev needs no GPU"
    )]
    Library {
        /// What the loader said.
        reason: String,
    },
    /// The driver counts no GPU.
    #[error(
        "this machine has no NVIDIA GPU that its driver knows; a development network takes --dev"
    )]
    NoGpu,
    /// There is no such GPU.
    #[error("there is no GPU {wanted}, this machine has {found}; they count from 0")]
    UnknownGpu {
        /// The number given.
        wanted: u32,
        /// How many there are.
        found: u32,
    },
    /// More than one call takes.
    #[error("{found} GPUs are too many for one session key, at most {MAX_GPUS} are allowed; choose with --gpu")]
    TooManyGpus {
        /// How many there are.
        found: usize,
    },
    /// Confidential mode is off.
    #[error(
        "confidential mode of the GPUs is off, so they sign no reports; switch it on (NVIDIA's gpu-admin-tools: \
         nvidia_gpu_tools.py --set-cc-mode=on --reset-after-cc-mode-switch) and start the guest again"
    )]
    ConfidentialModeOff,
    /// Confidential mode is on for development only.
    #[error(
        "confidential mode of the GPUs is on with developer tools, which leaves their memory open; set it to on \
         (nvidia_gpu_tools.py --set-cc-mode=on --reset-after-cc-mode-switch)"
    )]
    DeveloperMode,
    /// The GPU or its driver knows nothing of confidential computing.
    #[error(
        "this GPU or its driver cannot attest ({call}: {reason}); Hopper GPUs can, with drivers from 545 on"
    )]
    Unsupported {
        /// What was asked.
        call: &'static str,
        /// What the library said.
        reason: String,
    },
    /// The library answered with an error.
    #[error("NVIDIA's management library failed ({call}): {reason}")]
    Nvml {
        /// What was asked.
        call: &'static str,
        /// What it said.
        reason: String,
    },
    /// The GPU's certificates are not what they should be.
    #[error("the certificates of GPU {gpu} are not PEM: {reason}; update the driver")]
    Certificates {
        /// The GPU.
        gpu: u32,
        /// What is wrong.
        reason: String,
    },
}

impl AttesterError {
    /// Whether the same call may succeed later without anybody changing this machine.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Nvml { .. })
    }
}
