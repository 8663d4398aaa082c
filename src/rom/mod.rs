//! `tatum rom`: games' images, and what is done with the songs in them.
//!
//! | file | unit |
//! |:--|:--|
//! | `profile` | what is known about games, as data files |
//! | `extract` | songs, banks and samples out of an image, into a folder that plays |
//! | `insert` | songs into an image |
//! | `clean` | the image as it was before |
//! | `write` | the changed image: written, read again and played before it gets its name |

pub mod clean;
pub mod extract;
pub mod insert;
pub mod profile;
mod write;
