//! Which instructions the inner loops run on, and the one place where that is decided.
//!
//! Goals: a [`Kernel`] exists only where the processor has its instructions, so whoever holds one may run it; every
//! kernel computes the same bytes; the loops ([`dense`], [`transform`], the fingerprint's) are written once, over the
//! few operations of [`simd::Simd`], and compiled for each kernel. `unsafe` stands in `x86` and `aarch64` alone, which
//! wrap single instructions.
//! Non-goals: several threads; choosing by anything but the processor.

#[cfg(all(feature = "std", target_arch = "aarch64"))]
#[allow(
    unsafe_code,
    reason = "vector instructions; a token proves that the processor has them"
)]
mod aarch64;
mod coefficient;
pub(crate) mod dense;
pub(crate) mod simd;
pub(crate) mod strips;
pub(crate) mod transform;
#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(
    unsafe_code,
    reason = "vector instructions; a token proves that the processor has them"
)]
mod x86;

use core::fmt;
use simd::Task;

/// A set of instructions that this processor has, to code and fingerprint with.
///
/// [`Kernel::best`] is what everything uses by default; [`Kernel::available`] is for tests and benchmarks that compare
/// them. Without the feature `std` the processor cannot be asked and there is only the portable one.
///
/// ```
/// use ballast_erasure::Kernel;
/// assert_eq!(Kernel::available().next(), Some(Kernel::best()));
/// assert_eq!(Kernel::available().last(), Some(Kernel::portable()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kernel(Engine);

/// The kernels; each but the portable one holds the token that proves its instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Gfni512(x86::Gfni512),
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Gfni256(x86::Gfni256),
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    Avx2(x86::Avx2),
    #[cfg(all(feature = "std", target_arch = "aarch64"))]
    Neon(aarch64::Neon),
    Portable,
}

impl Kernel {
    /// The names of all kernels, whether this processor has them or not, fastest first.
    pub const NAMES: [&'static str; 5] = ["gfni-avx512", "gfni-avx2", "avx2", "neon", "portable"];

    /// The fastest one this processor has. The standard library asks the processor once and remembers.
    pub fn best() -> Self {
        Self::available().next().unwrap_or(Self::portable())
    }

    /// The one that runs everywhere: no vector instructions but those the compiler finds by itself.
    pub const fn portable() -> Self {
        Self(Engine::Portable)
    }

    /// All that this processor has, fastest first, the portable one last.
    pub fn available() -> impl Iterator<Item = Self> {
        let vector = vector_engines().into_iter().flatten();
        vector.chain([Engine::Portable]).map(Self)
    }

    /// Its name, one of [`Kernel::NAMES`].
    pub const fn name(self) -> &'static str {
        match self.0 {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Gfni512(_) => "gfni-avx512",
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Gfni256(_) => "gfni-avx2",
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Avx2(_) => "avx2",
            #[cfg(all(feature = "std", target_arch = "aarch64"))]
            Engine::Neon(_) => "neon",
            Engine::Portable => "portable",
        }
    }

    /// Whether it is the portable one.
    pub(crate) fn is_portable(self) -> bool {
        self.0 == Engine::Portable
    }

    /// Runs a loop on this kernel's instructions; gives it back where there are none and the portable loop is due.
    pub(crate) fn run<T: Task>(self, task: T) -> Result<T::Output, T> {
        match self.0 {
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Gfni512(token) => Ok(token.run(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Gfni256(token) => Ok(token.run(task)),
            #[cfg(all(feature = "std", target_arch = "x86_64"))]
            Engine::Avx2(token) => Ok(token.run(task)),
            #[cfg(all(feature = "std", target_arch = "aarch64"))]
            Engine::Neon(token) => Ok(token.run(task)),
            Engine::Portable => Err(task),
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn vector_engines() -> [Option<Engine>; 3] {
    [
        x86::Gfni512::detect().map(Engine::Gfni512),
        x86::Gfni256::detect().map(Engine::Gfni256),
        x86::Avx2::detect().map(Engine::Avx2),
    ]
}

#[cfg(all(feature = "std", target_arch = "aarch64"))]
fn vector_engines() -> [Option<Engine>; 1] {
    [aarch64::Neon::detect().map(Engine::Neon)]
}

#[cfg(not(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn vector_engines() -> [Option<Engine>; 0] {
    []
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
