//! Cases of the SNES song language: a source and the bytes and labels that it must give.

use std::path::Path;

use serde::Deserialize;
use tatum_snes::author::assembler::{AssemblerOptions, Assembly, Frame, Region, assemble};

use super::ConversionResult;
use crate::convert::snes::{FolderFiles, flat, listing};
use crate::error::Error;
use crate::song::read_file;

/// Size of the images that regions are written into.
const IMAGE_SIZE: usize = 0x20_0000;

/// A case's manifest.
#[derive(Deserialize)]
struct Manifest {
    main: String,
    mode: Mode,
    #[serde(default)]
    region: Vec<ExpectedRegion>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Raw,
    Rom,
    Bank,
    Listen,
}

/// Where bytes must be, and what must be there.
#[derive(Deserialize)]
struct ExpectedRegion {
    #[serde(alias = "position")]
    rom_offset: usize,
    expected_offset: usize,
    length: usize,
}

/// Assembles the case's source, and compares bytes, places and labels.
pub(super) fn compare(path: &Path) -> Result<ConversionResult, Error> {
    let invalid = |message: String| Error::Manifest { path: path.to_owned(), message };
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let manifest: Manifest = toml::from_str(&text).map_err(|error| invalid(error.message().to_owned()))?;
    let frame = if manifest.mode == Mode::Listen { Frame::Listen } else { Frame::Plain };
    let assembly = assembled(&path.with_file_name(&manifest.main), frame)?;
    let expected = read_file(&path.with_file_name("expected.bin"))?;
    let regions = match manifest.mode {
        Mode::Raw => vec![Region { offset: 0, bytes: flat(&assembly.regions) }],
        Mode::Rom | Mode::Bank => assembly.regions.clone(),
        Mode::Listen => listing(&assembly),
    };
    let mut difference = None;
    for filling in [0x00, 0xFF] {
        let wanted = wanted_image(&manifest.region, &expected, filling)
            .ok_or_else(|| invalid("a region does not fit expected.bin".into()))?;
        difference = difference.or_else(|| compare_images(&wanted, &regions, filling));
    }
    let labels = path.with_file_name("labels.tsv");
    let labels = String::from_utf8_lossy(&read_file(&labels)?).into_owned();
    let difference = difference.or_else(|| compare_labels(&labels, &assembly.label_list()));
    Ok(ConversionResult { compared: manifest.region.len() as u64 + assembly.labels.len() as u64, difference })
}

/// Assembles a file; errors in it are errors of the case.
pub(super) fn assembled(path: &Path, frame: Frame) -> Result<Assembly, Error> {
    let options = AssemblerOptions { frame, defines: Vec::new() };
    let bytes = read_file(path)?;
    let name = path.display().to_string();
    let assembly = assemble(&name, &bytes, &mut FolderFiles::beside(path), &options);
    match assembly.problems.has_errors() {
        true => Err(Error::text(assembly.sources, assembly.problems)),
        false => Ok(assembly),
    }
}

fn wanted_image(regions: &[ExpectedRegion], expected: &[u8], filling: u8) -> Option<Vec<u8>> {
    let mut image = vec![filling; IMAGE_SIZE];
    for region in regions {
        let bytes = expected.get(region.expected_offset..region.expected_offset + region.length)?;
        image.get_mut(region.rom_offset..region.rom_offset + region.length)?.copy_from_slice(bytes);
    }
    Some(image)
}

/// The first byte of an image that is not as it must be, in words.
fn compare_images(wanted: &[u8], regions: &[Region], filling: u8) -> Option<String> {
    let mut image = vec![filling; wanted.len()];
    for Region { offset, bytes } in regions {
        let Some(place) = image.get_mut(*offset..offset + bytes.len()) else {
            return Some(format!("bytes at ${offset:06X}: expected nothing there"));
        };
        place.copy_from_slice(bytes);
    }
    let offset = wanted.iter().zip(&image).position(|(wanted, found)| wanted != found)?;
    Some(format!(
        "byte at ${offset:06X}, on a ground of ${filling:02X}: expected ${:02X}, found ${:02X}",
        wanted[offset], image[offset]
    ))
}

/// The first label that is not as it must be, in words.
fn compare_labels(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let line = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
    let number = line.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
    let text = |list: &str| list.lines().nth(number).unwrap_or("the end of the list").replace('\t', " ");
    Some(format!("label in line {}: expected {}, found {}", number + 1, text(expected), text(found)))
}
