//! A sequence without an archive (nds-formats 9): packed into one, with the bank and waves that come with it or with
//! the built-in instruments.

use tatum_core::FormatError;

use crate::format::built_in;
use crate::format::info::{BankInfo, Info, SequenceInfo, SequenceSettings, WaveArchiveInfo};
use crate::format::sdat::{Sdat, SdatContents};
use crate::format::sseq::Sseq;
use crate::format::{sbnk, swar};

/// A bank and the wave archives behind its slots.
#[derive(Clone, Copy, Debug)]
pub struct BankFiles<'a> {
    /// SBNK.
    pub bank: &'a [u8],
    /// SWARs by slot.
    pub waves: [Option<&'a [u8]>; 4],
}

impl BankFiles<'static> {
    /// The built-in instruments: General MIDI programs, drums on program 128.
    #[must_use]
    pub fn built_in() -> Self {
        let bank = built_in::bank();
        Self { bank: &bank.bank, waves: [Some(&bank.waves), None, None, None] }
    }
}

impl Sdat {
    /// An archive whose sequence 0 is `sequence` (an SSEQ) with the given bank. Volume 127, priorities 64, all
    /// channels.
    ///
    /// ```
    /// use tatum_nds::format::sdat::Sdat;
    /// use tatum_nds::format::sseq::Sseq;
    /// use tatum_nds::{BankFiles, NdsPlayer, Options, SequenceId};
    ///
    /// // Program 0, middle C for one beat, end.
    /// let sequence = Sseq::write(&[0x81, 0, 60, 100, 48, 0xFF]);
    /// let archive = Sdat::stand_alone("note.sseq", &sequence, &BankFiles::built_in())?;
    /// let player = NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default())?;
    /// # Ok::<(), tatum_core::FormatError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If one of the files is not what it should be.
    pub fn stand_alone(name: &str, sequence: &[u8], bank: &BankFiles<'_>) -> Result<Self, FormatError> {
        Sseq::parse(name, sequence)?;
        sbnk::check(name, bank.bank)?;
        let mut files = vec![sequence.to_vec(), bank.bank.to_vec()];
        let mut info = Info {
            sequences: vec![Some(SequenceInfo { file: 0, settings: SequenceSettings::STAND_ALONE })],
            ..Info::default()
        };
        let mut wave_archives = [None; 4];
        for (slot, waves) in wave_archives.iter_mut().zip(bank.waves) {
            if let Some(waves) = waves {
                swar::check(name, waves)?;
                *slot = Some(info.wave_archives.len() as u16);
                info.wave_archives.push(Some(WaveArchiveInfo { file: files.len() as u32, flags: 0 }));
                files.push(waves.to_vec());
            }
        }
        info.banks.push(Some(BankInfo { file: 1, wave_archives }));
        Self::parse(name, SdatContents { symbols: None, info, files }.to_bytes())
    }
}
