//! Where tests and measurements compute.

use candle_core::Device;
use std::sync::OnceLock;

static DEVICE: OnceLock<Device> = OnceLock::new();

/// What `BALLAST_DEVICE` names, the processor without it. One for all: tensors of two do not mix.
pub fn device() -> &'static Device {
    DEVICE.get_or_init(|| {
        let name = std::env::var("BALLAST_DEVICE").unwrap_or_else(|_| "cpu".into());
        ballast_inference_engine::device::open(&name).unwrap()
    })
}
