//! Conversions of Nintendo 64 sequences.

use super::Conversion;

/// Options of Nintendo 64 sequences.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct N64Options {}

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[];
