//! `tatum rom`: games' images, and what is done with the songs in them.

pub mod profile;
