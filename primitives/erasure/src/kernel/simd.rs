//! The few operations that the inner loops are written in.

/// Bytes that the loops work on at a time: a cache line, one to four vectors.
pub(crate) const LINE: usize = 64;

/// A cache line's worth of bytes, wherever it lies.
pub(crate) type Line = [u8; LINE];

/// One processor's vectors. A value is a token: it exists only where the processor has the instructions.
///
/// Loops over it are `#[inline(always)]` down to the operations, so that [`Simd::run`] compiles them for the
/// instructions at hand.
pub(crate) trait Simd: Copy {
    /// Bytes side by side.
    type Vector: Copy;
    /// A coefficient, prepared to multiply vectors by.
    type Factor: Copy;
    /// A vector, prepared to be multiplied by several coefficients.
    type Operand: Copy;

    /// Lanes of 16 bytes in a vector.
    const LANES: usize;
    /// Rows of a transform that stay in registers through all layers: 4, 8 or 16.
    const ROWS_AT_ONCE: usize;

    /// Vector `part` of a line, counted modulo the vectors in a line.
    fn load(self, line: &Line, part: usize) -> Self::Vector;
    /// Overwrites vector `part` of a line, counted modulo the vectors in a line.
    fn store(self, line: &mut Line, part: usize, vector: Self::Vector);
    /// No bit set.
    fn zero(self) -> Self::Vector;
    /// The sum in the field.
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The sum of three.
    #[inline(always)]
    fn xor3(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        self.xor(self.xor(a, b), c)
    }
    /// Prepares a coefficient.
    fn factor(self, coefficient: u8) -> Self::Factor;
    /// Prepares a vector.
    fn operand(self, vector: Self::Vector) -> Self::Operand;
    /// Each byte times the coefficient.
    fn product(self, operand: Self::Operand, factor: Self::Factor) -> Self::Vector;
    /// In each lane, for itself: word w of vector v becomes word v of vector w, words of four bytes.
    fn transpose(self, vectors: [Self::Vector; 4]) -> [Self::Vector; 4];
}

/// A loop over any processor's vectors.
pub(crate) trait Task {
    /// What it gives.
    type Output;
    /// Runs it; `#[inline(always)]` in every implementation. `UNITS` is the vectors in a line.
    fn run<S: Simd, const UNITS: usize>(self, simd: S) -> Self::Output;
}
