//! Where a model computes, by name.

use candle_core::Device;

/// The device of a name: `cpu`, or `cuda:N` (`cuda` is `cuda:0`) in a build with the feature `cuda`.
///
/// # Errors
/// In words for whoever named it: another name, a build without that feature, no such GPU.
pub fn open(name: &str) -> Result<Device, String> {
    let number = match name {
        "cpu" => return Ok(Device::Cpu),
        "cuda" => Some(0),
        other => other
            .strip_prefix("cuda:")
            .and_then(|number| number.parse().ok()),
    };
    let number = number.ok_or_else(|| format!("{name:?} is no device; say cpu, cuda or cuda:N"))?;
    if cfg!(not(feature = "cuda")) {
        return Err(format!(
            "{name} needs an engine that was built with --features cuda; say cpu to use this one"
        ));
    }
    Device::new_cuda(number).map_err(|error| format!("{name} cannot be used: {error}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::open;

    #[test]
    fn another_name_is_refused_with_those_that_there_are() {
        for name in ["gpu", "cuda:", "cuda:x", "cuda:-1", "CPU", ""] {
            assert!(open(name).unwrap_err().contains("cpu, cuda or cuda:N"));
        }
        assert!(open("cpu").is_ok());
    }

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn a_build_without_cuda_says_so() {
        assert!(open("cuda:0").unwrap_err().contains("--features cuda"));
    }
}
