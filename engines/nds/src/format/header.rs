use tatum_core::{ByteReader, FormatError};

use super::ByteWriter;

/// Byte order mark of a little-endian file (nds-formats 0.1).
const BYTE_ORDER_MARK: u16 = 0xFEFF;
/// Version of every file kind (nds-formats 0.1).
const VERSION: u16 = 0x0100;

/// Reads the common file header (nds-formats 0.1): checks signature and byte order, and moves past it.
///
/// Version, sizes and block count are not checked: nothing needs them, and the console does not look.
pub(crate) fn read_file_header(
    reader: &mut ByteReader<'_>,
    signature: &'static str,
) -> Result<(), FormatError> {
    let start = reader.position();
    let found = reader.bytes(4, "signature")?;
    if found != signature.as_bytes() {
        return Err(reader
            .invalid(start, "signature", format!("'{signature}'"), format!("'{}'", found.escape_ascii()))
            .with_help("this is not a Nintendo DS sound file of that kind"));
    }
    let mark = reader.u16_le("byte order mark")?;
    if mark != BYTE_ORDER_MARK {
        return Err(reader.invalid(start + 4, "byte order mark", "0xfeff", format!("{mark:#06x}")));
    }
    reader.skip(10, "file header")
}

/// Writes the common file header.
pub(crate) fn write_file_header(
    out: &mut ByteWriter,
    signature: &str,
    size: u32,
    header_size: u16,
    blocks: u16,
) {
    out.bytes(signature.as_bytes());
    out.u16(BYTE_ORDER_MARK);
    out.u16(VERSION);
    out.u32(size);
    out.u16(header_size);
    out.u16(blocks);
}

/// Writes a file whose only block is `DATA` with the given body, padded to whole words.
pub(crate) fn write_single_block_file(signature: &str, mut body: ByteWriter) -> Vec<u8> {
    body.align(4);
    let mut out = ByteWriter::default();
    write_file_header(&mut out, signature, body.offset() + 0x18, 0x10, 1);
    out.bytes(b"DATA");
    out.u32(body.offset() + 8);
    out.bytes(&body.into_bytes());
    out.into_bytes()
}
