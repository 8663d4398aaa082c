//! How wide the vector instructions may be that engines use.

use std::str::FromStr;
use std::sync::atomic::{AtomicU8, Ordering};

/// A set of vector instructions. Engines use the widest that the processor has and that is allowed; the samples are the
/// same with all.
///
/// ```
/// use tatum_core::Vectors;
///
/// "portable".parse::<Vectors>()?.allow();
/// assert_eq!(Vectors::allowed(), Vectors::Portable);
/// # Vectors::Avx2.allow();
/// # Ok::<(), tatum_core::UnknownVectors>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vectors {
    /// What every processor of the platform has.
    Portable,
    /// 256 bits: AVX2.
    Avx2,
}

static ALLOWED: AtomicU8 = AtomicU8::new(Vectors::Avx2 as u8);

impl Vectors {
    /// From now on no wider ones than these are used, in the whole process: for tests and measurements.
    pub fn allow(self) {
        ALLOWED.store(self as u8, Ordering::Relaxed);
    }

    /// The widest that are allowed. All are, unless something else has been said.
    #[inline]
    #[must_use]
    pub fn allowed() -> Self {
        if ALLOWED.load(Ordering::Relaxed) == Self::Portable as u8 { Self::Portable } else { Self::Avx2 }
    }
}

/// A name that is none of [`Vectors`]: `portable` and `avx2` are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a set of vector instructions: portable or avx2")]
pub struct UnknownVectors(String);

impl FromStr for Vectors {
    type Err = UnknownVectors;

    fn from_str(name: &str) -> Result<Self, UnknownVectors> {
        match name {
            "portable" => Ok(Self::Portable),
            "avx2" => Ok(Self::Avx2),
            other => Err(UnknownVectors(other.to_owned())),
        }
    }
}
