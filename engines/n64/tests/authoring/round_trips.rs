//! Any bytes come back, directly and from texts.

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect, ParameterSource};
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;

use super::write_and_read;

#[test]
fn any_bytes_come_back() {
    arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let bytes: Vec<u8> = u.arbitrary()?;
        if !bytes.is_empty() {
            come_back(&bytes, &abi, *u.choose(&Dialect::ALL)?);
        }
        Ok(())
    })
    .budget_ms(2000);
}

/// Scripts that point anywhere: into each other, into the middle of commands, into data and out of the file.
#[test]
fn any_commands_come_back() {
    arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let bytes = commands(u, &abi)?;
        come_back(&bytes, &abi, *u.choose(&Dialect::ALL)?);
        Ok(())
    })
    .budget_ms(4000);
}

fn come_back(bytes: &[u8], abi: &AbiDefinition, dialect: Dialect) {
    let disassembly = disassemble("arbitrary", bytes, abi).unwrap();
    let assembly = assemble(&disassembly.sequence, abi)
        .unwrap_or_else(|errors| panic!("{errors:?}\n{bytes:02x?}\n{:#?}", disassembly.sequence));
    assert_eq!(assembly.bytes, bytes, "{:#?}", disassembly.sequence);
    write_and_read(bytes, abi, dialect);
}

/// Commands of all scopes, one behind the other, with addresses that mostly lie in the file.
fn commands(u: &mut Unstructured<'_>, abi: &AbiDefinition) -> Result<Vec<u8>> {
    let length = u.int_in_range(1_u16..=300)?;
    let mut bytes = Vec::new();
    while bytes.len() < usize::from(length) {
        if u.ratio(1_u8, 20)? {
            let what: [&[u8]; 4] = [&[0; 5], b"text\0", &[0, 1, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0], &[0xF6, 0xCB]];
            bytes.extend_from_slice(u.choose(&what)?);
            continue;
        }
        let definition = u.choose(abi.commands())?;
        bytes.push(u.int_in_range(definition.first..=definition.last)?);
        for (index, parameter) in definition.parameters.iter().enumerate() {
            match parameter.source {
                ParameterSource::Offset | ParameterSource::Constant(_) => {}
                ParameterSource::Fixed { bytes: 2 } if definition.pointer() == Some(index) => {
                    bytes.extend(u.int_in_range(0..=length + 2)?.to_be_bytes());
                }
                ParameterSource::Fixed { bytes: count } => {
                    for _ in 0..count {
                        bytes.push(u.arbitrary()?);
                    }
                }
                ParameterSource::Variable | ParameterSource::PortamentoTime => match u.int_in_range(0..=2)? {
                    0 => bytes.push(u.int_in_range(0..=0x7F)?),
                    1 => bytes.extend([0x80, u.int_in_range(0..=0x7F)?]),
                    _ => bytes.extend([u.int_in_range(0x80..=0xFF)?, u.arbitrary()?]),
                },
            }
        }
    }
    Ok(bytes)
}

/// Longer than any address can name, and with nothing in it.
#[test]
fn long_files_come_back() {
    for bytes in [vec![0; 70_000], vec![0xC4; 70_000], [0xFB, 0, 5].repeat(30_000), b"ab\0".repeat(30_000)] {
        come_back(&bytes, &BuiltInAbi::Zelda.definition(), Dialect::default());
    }
}

/// A thousand sections that all run into the next, read from the last to the first, are one section in the end.
#[test]
fn sections_that_run_into_each_other_become_one() {
    let count = 1000_u16;
    let start = 3 * count + 1;
    let mut bytes: Vec<u8> = (0..count)
        .rev()
        .flat_map(|number| [[0x90].as_slice(), &(start + 2 * number).to_be_bytes()].concat())
        .collect();
    bytes.push(0xFF);
    bytes.extend([0xC1, 1].repeat(count.into()));
    bytes.push(0xFF);
    let abi = BuiltInAbi::Sm64.definition();
    let disassembly = disassemble("chain", &bytes, &abi).unwrap();
    assert_eq!(disassembly.sequence.sections.len(), 2);
    come_back(&bytes, &abi, Dialect::default());
}
