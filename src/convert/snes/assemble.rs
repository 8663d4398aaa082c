//! A song's source becomes bytes: a file of its own, or a changed copy of the game.

use std::path::Path;

use tatum_core::FormatError;
use tatum_snes::author::assembler::{AssemblerOptions, Assembly, Frame, Mapping, Region, assemble};
use tatum_snes::format::{copier_header, update_checksum};

use super::{FolderFiles, SnesOptions, replace};
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;
use crate::text_report;

/// The game's start, and what the authors' script puts there: play song $0B, and wait for ever.
const START: usize = 0x2F;
const START_CODE: [u8; 7] = [0xA9, 0x0B, 0x8D, 0x40, 0x21, 0x80, 0xFE];
/// The place of the overworld's songs in the file.
const OVERWORLD: usize = 0xD_1EF5;
/// Entries of the table that the script writes, and the one that the song gets.
const LISTEN_ENTRIES: usize = 31;
const LISTEN_ENTRY: usize = 10;

/// Assembles a source for a frame. Warnings are told unless `quiet`.
///
/// # Errors
///
/// If the source cannot be read, or has errors.
pub(crate) fn assemble_source(
    input: &Path,
    frame: Frame,
    options: &SnesOptions,
    quiet: bool,
) -> Result<Assembly, Error> {
    assemble_bytes(input, &read_file(input)?, frame, options, quiet)
}

/// The same for a source that has been read, or made of something else; what it includes lies beside `input`.
pub(super) fn assemble_bytes(
    input: &Path,
    bytes: &[u8],
    frame: Frame,
    options: &SnesOptions,
    quiet: bool,
) -> Result<Assembly, Error> {
    let options = AssemblerOptions { frame, defines: options.defines.clone() };
    let name = input.display().to_string();
    let assembly = assemble(&name, bytes, &mut FolderFiles::beside(input), &options);
    if assembly.problems.has_errors() {
        return Err(Error::text(assembly.sources, assembly.problems));
    }
    if !quiet {
        text_report::tell(&assembly.problems, &assembly.sources);
    }
    Ok(assembly)
}

/// A file of the song's bytes.
pub(super) fn to_bin(job: &Job<'_>) -> Result<(), Error> {
    let assembly = assemble_source(job.input, Frame::Plain, &job.options.snes, job.options.quiet)?;
    let bytes = match (assembly.mapping, assembly.regions.as_slice()) {
        (Mapping::Raw, regions) => flat(regions),
        (Mapping::LoRom, [region]) => region.bytes.clone(),
        (Mapping::LoRom, []) => Vec::new(),
        (Mapping::LoRom, regions) => {
            let message = format!(
                "{}: the source writes to {} places of the ROM (org): give a .sfc as output, and the game with --base",
                job.input.display(),
                regions.len()
            );
            return Err(Error::Usage(message));
        }
    };
    write_labels(job, &assembly)?;
    write_output(job.output, &bytes)
}

/// The bytes from the file's start on; what was not written is 0.
pub(crate) fn flat(regions: &[Region]) -> Vec<u8> {
    let end = regions.last().map_or(0, |region| region.offset + region.bytes.len());
    let mut bytes = vec![0; end];
    for region in regions {
        bytes[region.offset..region.offset + region.bytes.len()].copy_from_slice(&region.bytes);
    }
    bytes
}

pub(super) fn write_labels(job: &Job<'_>, assembly: &Assembly) -> Result<(), Error> {
    match &job.options.snes.labels {
        Some(path) => write_output(path, assembly.label_list().as_bytes()),
        None => Ok(()),
    }
}

/// A changed copy of the game.
pub(super) fn to_rom(job: &Job<'_>) -> Result<(), Error> {
    let options = &job.options.snes;
    let base = options.base.as_ref().ok_or_else(|| {
        Error::Usage(format!("{}: give the game's ROM with --base ROM", job.output.display()))
    })?;
    let rom = read_file(base)?;
    if let Some(wanted) = &options.song {
        return replace::replace_song(job, base, rom, wanted);
    }
    let source = read_file(job.input)?;
    let plain = assemble_bytes(job.input, &source, Frame::Plain, options, true)?;
    // A source that does not say where it lies is put where it can be heard at once.
    let frame = if plain.mapping == Mapping::LoRom { Frame::Plain } else { Frame::Listen };
    let assembly = assemble_bytes(job.input, &source, frame, options, job.options.quiet)?;
    if frame == Frame::Listen && assembly.songs.is_empty() {
        let name = job.input.display().to_string();
        return Err(FormatError::invalid(name, 0, "source", "a %song", "none").into());
    }
    let regions = match frame {
        Frame::Listen => listing(&assembly),
        _ => assembly.regions.clone(),
    };
    let mut patched = rom.clone();
    patch(&mut patched, &regions, base)?;
    replace::check_game(base, &rom, &patched, &regions)?;
    write_labels(job, &assembly)?;
    write_output(job.output, &patched)
}

/// What the authors' script for hearing a song in the game writes: start code, the song as a block, a table with the
/// song as number $0B (`snes-authoring.md` section 2).
pub(crate) fn listing(assembly: &Assembly) -> Vec<Region> {
    let block = assembly.songs.first().and_then(|song| assembly.blocks.get(song.block));
    let song = block.map(|block| (block.aram, assembly.block_bytes(block)));
    let (aram, data) = song.unwrap_or_default();
    let mut table = [0; LISTEN_ENTRIES];
    table[LISTEN_ENTRY] = aram;
    let size = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut bytes = [size.to_le_bytes(), aram.to_le_bytes()].concat();
    bytes.extend(data);
    bytes.extend((2 * LISTEN_ENTRIES as u16).to_le_bytes());
    bytes.extend(0xD000_u16.to_le_bytes());
    bytes.extend(table.into_iter().flat_map(u16::to_le_bytes));
    bytes.extend([0, 0]);
    bytes.extend(0x0800_u16.to_le_bytes());
    vec![Region { offset: START, bytes: START_CODE.to_vec() }, Region { offset: OVERWORLD, bytes }]
}

/// Puts bytes into a ROM, all or none. If they change it, its header's checksum follows; one that was wrong in a ROM that
/// is not changed stays wrong.
pub(super) fn patch(rom: &mut [u8], regions: &[Region], path: &Path) -> Result<(), Error> {
    let header = copier_header(rom.len());
    let end = regions.iter().map(|region| header + region.offset + region.bytes.len()).max().unwrap_or(0);
    if end > rom.len() {
        let found = format!("{} bytes", rom.len());
        let expected = format!("at least {end} bytes, for the last place the source writes to");
        let name = path.display().to_string();
        return Err(FormatError::invalid(name, rom.len() as u64, "ROM", expected, found).into());
    }
    let mut is_changed = false;
    for region in regions {
        let start = header + region.offset;
        let place = &mut rom[start..start + region.bytes.len()];
        is_changed |= *place != region.bytes;
        place.copy_from_slice(&region.bytes);
    }
    if is_changed {
        update_checksum(rom);
    }
    Ok(())
}
