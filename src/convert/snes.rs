//! Conversions of Super NES songs.

use super::Conversion;

/// Options of Super NES songs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SnesOptions {}

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[];
