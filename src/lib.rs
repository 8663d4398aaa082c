//! Tatum.
