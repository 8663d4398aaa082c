/// A byte at `position`, or `None` behind the end. For data that the driver looks up while it plays.
pub(crate) fn u8_at(bytes: &[u8], position: usize) -> Option<u8> {
    bytes.get(position).copied()
}

/// A little-endian 16-bit integer at `position`.
pub(crate) fn le_u16(bytes: &[u8], position: usize) -> Option<u16> {
    bytes.get(position..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

/// A little-endian 32-bit integer at `position`.
pub(crate) fn le_u32(bytes: &[u8], position: usize) -> Option<u32> {
    bytes.get(position..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

/// Collects the little-endian bytes of a file being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByteWriter {
    bytes: Vec<u8>,
}

impl ByteWriter {
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// The low 24 bits of `value`.
    pub(crate) fn u24(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes().iter().take(3));
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn zeros(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }

    /// Pads with zeros to a multiple of `alignment`.
    pub(crate) fn align(&mut self, alignment: usize) {
        self.bytes.resize(self.bytes.len().next_multiple_of(alignment), 0);
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The length as the 32-bit offset that file formats store.
    pub(crate) fn offset(&self) -> u32 {
        offset_of(self.bytes.len())
    }

    /// Overwrites a 32-bit field written before.
    pub(crate) fn patch_u32(&mut self, position: usize, value: u32) {
        if let Some(field) = self.bytes.get_mut(position..position + 4) {
            field.copy_from_slice(&value.to_le_bytes());
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A length as the 32-bit number that file formats store; files of 4 GiB do not exist on the console.
pub(crate) fn offset_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
