//! Options of MIDI conversions that the consoles share.

/// Options of MIDI conversions.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SongMidiOptions {
    /// MIDI: which song of a file that holds several, by number or name.
    #[arg(long, value_name = "N|NAME")]
    pub sequence: Option<String>,

    /// MIDI: how often the loop of a song is played.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,

    /// MIDI, DS: state of the random generator at the start of the song.
    #[arg(long, value_name = "N")]
    pub random_seed: Option<u32>,

    /// MIDI, DS: program of General MIDI's drum channel (the built-in instruments have drums at 128).
    #[arg(long, value_name = "N")]
    pub drum_program: Option<u16>,
}
