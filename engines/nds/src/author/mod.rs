//! Making files for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | [`text`] | sequences as the SDK's text, both directions |
//! | [`recording`] | waves as PCM, both directions |

pub mod recording;
pub mod text;
