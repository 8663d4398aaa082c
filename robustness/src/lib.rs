//! What must hold for any bytes: each [`Target`] is a check that the fuzz targets in `fuzz/` and the ordinary tests
//! call alike.
//!
//! A check panics when something does not hold: a panic in what it calls, a result that does not come back equal, a
//! player that gives other samples in other blocks. It returns when the bytes were refused with an error, or used.
//!
//! Where a check needs more than a file's bytes (a block size, a table of commands), it takes them from the last
//! [`CHOICES`] bytes of its input.

#![forbid(unsafe_code)]

mod midi;
mod n64;
mod nds;
mod players;
#[cfg(feature = "program")]
mod program;
mod seeds;
mod snes;

/// A check, and what its inputs look like.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, also that of the fuzz target.
    pub name: &'static str,
    /// Inputs that are good, from the project's own cases.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The check.
    pub check: fn(&[u8]),
}

impl Target {
    const fn new(name: &'static str, seeds: fn() -> Vec<Vec<u8>>, check: fn(&[u8])) -> Self {
        Self { name, seeds, check }
    }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target::new("midi", midi::seeds, midi::check),
    Target::new("n64_files", n64::files::seeds, n64::files::check),
    Target::new("n64_game", n64::game::seeds, n64::game::check),
    Target::new("n64_bank", n64::playing::bank_seeds, n64::playing::check_bank),
    Target::new("n64_sequence", n64::playing::sequence_seeds, n64::playing::check_sequence),
    Target::new("n64_bytes", n64::texts::bytes_seeds, n64::texts::check_bytes),
    Target::new("n64_text", n64::texts::text_seeds, n64::texts::check_text),
    Target::new("n64_commands", n64::texts::definition_seeds, n64::texts::check_definitions),
    Target::new("n64_mml", n64::texts::mml_seeds, n64::texts::check_mml),
    Target::new("nds_files", nds::files::seeds, nds::files::check),
    Target::new("nds_archive", nds::playing::archive_seeds, nds::playing::check_archive),
    Target::new("nds_sequence", nds::playing::sequence_seeds, nds::playing::check_sequence),
    Target::new("nds_text", nds::texts::seeds, nds::texts::check),
    Target::new("snes_spc", snes::playing::spc_seeds, snes::playing::check_spc),
    Target::new("snes_image", snes::playing::image_seeds, snes::playing::check_image),
    Target::new("snes_files", snes::files::seeds, snes::files::check),
    Target::new("snes_source", snes::source::seeds, snes::source::check),
    #[cfg(feature = "program")]
    Target::new("program_files", program::file_seeds, program::check_file),
    #[cfg(feature = "program")]
    Target::new("program_pack", program::pack_seeds, program::check_pack),
    #[cfg(feature = "program")]
    Target::new("program_wav", program::wav_seeds, program::check_wav),
];

/// Bytes at the end of an input that are choices.
pub const CHOICES: usize = 8;

/// The target of a name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Runs the check of a name, as a fuzz target does.
///
/// # Panics
///
/// If there is no such target, or the check finds something.
pub fn check(name: &str, input: &[u8]) {
    let target = target(name).expect("a target of that name");
    (target.check)(input);
}

/// The file in an input, and the choices behind it; those that are missing are zero.
fn split(input: &[u8]) -> (&[u8], [u8; CHOICES]) {
    let mut choices = [0; CHOICES];
    let (file, given) = input.split_at(input.len().saturating_sub(CHOICES));
    choices[..given.len()].copy_from_slice(given);
    (file, choices)
}

/// One of several, by a choice.
fn choose<T>(list: &[T], choice: u8) -> &T {
    &list[usize::from(choice) % list.len()]
}
