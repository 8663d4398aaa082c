//! Making files for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | [`text`] | sequences as the SDK's text, both directions |

pub mod text;
