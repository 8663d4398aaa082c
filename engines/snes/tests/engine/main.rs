//! The engine from outside: golden cases, equal paths, hostile input.

mod catching_up;
mod golden;
mod io;
mod midi;
mod nspc;
mod nspc_check_vector;
mod nspc_files;
mod nspc_variants;
mod shortcuts;
mod song_language;
mod support;
