//! Conversions of Nintendo DS sound files.

use super::Conversion;

/// Options of Nintendo DS sound files.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct NdsOptions {}

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[];
