use std::sync::Arc;

/// Where the archive lies in the console's memory.
pub const BASE_ADDRESS: u32 = 0x0210_0000;

/// The console's main memory as far as sound reads it: one archive, zeros around it.
#[derive(Clone, Debug)]
pub struct Memory {
    image: Arc<[u8]>,
}

impl Memory {
    /// Largest image that the channels' 27-bit addresses reach.
    pub const MAX_IMAGE: usize = 0x0800_0000 - BASE_ADDRESS as usize;

    /// Memory that holds `image` at [`BASE_ADDRESS`].
    #[must_use]
    pub const fn new(image: Arc<[u8]>) -> Self {
        Self { image }
    }

    /// The bytes from an address on; what lies behind them reads as zero.
    #[must_use]
    pub fn from(&self, address: u32) -> &[u8] {
        address
            .checked_sub(BASE_ADDRESS)
            .and_then(|offset| self.image.get(offset as usize..))
            .unwrap_or_default()
    }
}
