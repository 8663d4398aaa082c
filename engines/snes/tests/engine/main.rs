//! The engine from outside: golden cases, equal paths, hostile input.

mod catching_up;
mod golden;
mod io;
mod shortcuts;
mod support;
