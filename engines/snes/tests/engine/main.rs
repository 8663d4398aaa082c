//! The engine from outside: golden cases, equal paths, hostile input.

mod golden;
mod shortcuts;
mod support;
