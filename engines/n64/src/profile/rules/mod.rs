//! The rules in which generations differ at single points: one table for each, in a file of its own. What differs as a
//! whole (a decoder, a command list) is not here but has its own file; what is the same is written once.

mod european;
mod first;
mod majora;
mod ocarina;
mod shindou;

pub use european::EUROPEAN;
pub use first::FIRST;
pub use majora::MAJORA;
pub use ocarina::OCARINA;
pub use shindou::SHINDOU;

/// How a generation behaves where others behave differently.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Players, channels and layers: their scripts.
    pub script: ScriptRules,
    /// From a script's note to a voice.
    pub note: NoteRules,
    /// Voices.
    pub voice: VoiceRules,
    /// Command lists of the "nead" microcodes.
    pub synthesis: SynthesisRules,
}

/// Rules of the script interpreter.
#[derive(Clone, Copy, Debug)]
pub struct ScriptRules {
    /// The value register survives delays; that of a player is a byte.
    pub keeps_value: bool,
    /// A delay of nothing waits for the next tick, like a delay of 1.
    pub waits_for_nothing: bool,
    /// The same for a channel's short delay.
    pub waits_for_short_nothing: bool,
    /// A channel's delay of one tick is written down; otherwise the delay stays at zero, which waits as long.
    pub writes_single_delay: bool,
    /// The first port that reading does not reset.
    pub first_lasting_port: u8,
    /// What the value becomes when a script asks for a channel.
    pub channel_test: ChannelTest,
    /// Asking for a layer that is not there leaves the value alone; otherwise it becomes -1.
    pub absent_layer_keeps_value: bool,
    /// The player's "stop" command stops it for good; otherwise for this tick.
    pub stops_for_good: bool,
    /// Starting a sequence initialises all channels, and the command for it only resets their banks.
    pub initializes_all_channels: bool,
    /// Starting a sequence keeps the player's muting.
    pub keeps_muting: bool,
    /// Starting a sequence keeps the player's value, ports, bend and what the game has told it.
    pub keeps_registers: bool,
    /// The sum of tempo and tempo change is limited, not only the tempo.
    pub limits_tempo_sum: bool,
    /// A player that fades out can start another sequence.
    pub starts_while_fading_out: bool,
    /// A layer goes on at once after a rest of no length.
    pub passes_empty_rests: bool,
    /// The release rate of an initialised channel.
    pub release_rate: u8,
    /// The stereo bits of a started layer.
    pub layer_stereo_bits: u8,
    /// The index of "no bend" that the pitch bend command assumes in the table of bends, where it is 128; none if that
    /// command has a table of its own.
    pub bend_center: Option<u8>,
    /// The channel's stereo command has an effects bit and stereo bits; otherwise one bit for the effects.
    pub has_stereo_bits: bool,
    /// The priority command has a second priority, for the note's end.
    pub has_release_priority: bool,
    /// The vibrato reset command resets all other effects too.
    pub resets_effects: bool,
    /// Instrument 0x7E means the sound effects.
    pub has_effects: bool,
    /// Where the filter command takes its coefficients from.
    pub filter_tables: FilterTables,
    /// The layer's fine-tune command runs on into the short-note tables.
    pub fine_tune_runs_on: bool,
}

/// What a script learns about a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelTest {
    /// Whether it has finished; of an empty slot nothing.
    FinishedIfThere,
    /// Whether it has finished; an empty slot has not.
    Finished,
    /// Whether it is not enabled.
    Disabled,
}

/// How the filter command makes coefficients of two nibbles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterTables {
    /// Two tables, added; 0 turns the filter off, and without a filter the operand is not consumed.
    Shindou,
    /// Low-pass and high-pass, averaged.
    Ocarina,
    /// Low-pass and high-pass, or a band.
    Majora,
}

/// Rules from a note to a voice.
#[derive(Clone, Copy, Debug)]
pub struct NoteRules {
    /// The square of a velocity is a fraction of the highest; otherwise the plain square.
    pub velocity_is_fraction: bool,
    /// Velocities of long notes above 127 count as 127.
    pub limits_velocity: bool,
    /// Velocities and gates can have random parts.
    pub has_random_parts: bool,
    /// A channel whose instrument was not found plays the drums; otherwise nothing.
    pub missing_instrument_is_drums: bool,
    /// A note without a length plays to the end of its sample.
    pub plays_to_sample_end: bool,
    /// Slides of modes 2 and 4 go from the note to the target; otherwise nowhere.
    pub has_slides_away: bool,
    /// Slides move in fixed-point steps.
    pub has_fixed_slides: bool,
    /// Frequencies of the topmost semitones go on below the lowest.
    pub wraps_frequencies: bool,
    /// Two sounds with the same sample are the same sound.
    pub compares_samples: bool,
    /// A legato note whose voice is still promised to its layer is ended.
    pub ends_promised_legato: bool,
    /// A legato note that has died stays silent until a rest.
    pub dead_legato_stays_silent: bool,
    /// Another sound ends the last note even if its voice is not kept.
    pub another_sound_ends_note: bool,
    /// Every note of a voice starts the vibrato anew, legato ones too.
    pub legato_restarts_vibrato: bool,
    /// The channel's volume is squared.
    pub squares_volume: bool,
}

/// Rules of voices.
#[derive(Clone, Copy, Debug)]
pub struct VoiceRules {
    /// A voice that stops is known by its priority; otherwise by a state of its own. Its parameters are then those of
    /// the frame, not of the update.
    pub stops_by_priority: bool,
    /// Voices that fade for another note can be stolen too, and a claimed voice gets the new note's priority.
    pub steals_releasing: bool,
    /// A decaying voice is only taken if it is less important.
    pub compares_decaying: bool,
    /// A layer that got no voice is not marked silent.
    pub unheard_note_may_go_on: bool,
    /// The end of a note marks its layer silent even if the voice belongs to another.
    pub silences_at_once: bool,
    /// After its end a note keeps a copy of the filter's coefficients.
    pub copies_filter: bool,
    /// Voices of muted channels can be silent (mute bit 0x08).
    pub has_silence_bit: bool,
    /// The book offset's bits that count at once; otherwise all of them do, one update later.
    pub book_offset_bits: Option<u8>,
    /// Voices begin without a book offset.
    pub starts_without_book_offset: bool,
    /// Muted channels' voices end with these mute bits.
    pub ending_mute_bits: u8,
    /// Layers have flags, sends and vibrato of their own.
    pub has_layer_flags: bool,
    /// A note's level counts twice.
    pub level_counts_twice: bool,
    /// The comb filter.
    pub has_comb: bool,
    /// The envelope.
    pub envelope: EnvelopeRules,
    /// Volumes, pan and stereo.
    pub volume: VolumeRules,
    /// The vibrato's factor lies between the extent and its inverse; otherwise it follows the table of bends.
    pub has_even_vibrato: bool,
    /// A vibrato goes on after its note's end.
    pub vibrato_outlives_note: bool,
    /// Built-in waves.
    pub waves: u8,
    /// Factors and limits of the waves' tables are those of the Zelda generation.
    pub has_zelda_wave_tables: bool,
    /// A change of a wave's table is left to the synthesis; otherwise the position moves at once.
    pub defers_wave_change: bool,
}

/// Rules of envelopes.
#[derive(Clone, Copy, Debug)]
pub struct EnvelopeRules {
    /// Delays are scaled as floats and at least 1; otherwise as integers, from 4 on.
    pub scales_as_float: bool,
    /// What a release rate takes off per update.
    pub decay: DecayRates,
    /// Below this level a fall ends.
    pub silence: f32,
    /// A disabled envelope's level is 0; otherwise what it was.
    pub disabled_is_silent: bool,
    /// A release leaves a decay that was asked for to the next update.
    pub release_defers_decay: bool,
    /// A jump to another point costs an update.
    pub jump_costs_update: bool,
    /// The engine's own envelope begins like the Zelda generation's.
    pub has_zelda_default: bool,
}

/// What release rates mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DecayRates {
    /// Multiples of a fraction of the full level per frame.
    Linear(f32),
    /// Places in a table.
    Table,
}

/// Rules of volumes, pan and stereo.
#[derive(Clone, Copy, Debug)]
pub struct VolumeRules {
    /// Volumes are multiples of 32 in 15 bits of a level up to 32767; otherwise 12 bits of a level up to 1.
    pub is_coarse: bool,
    /// Highest speed in one pass.
    pub highest_speed: f32,
    /// Where the mode and the flags of stereo bits are.
    pub stereo: StereoBits,
    /// Stereo bits have flags for the reverb send.
    pub has_wet_flags: bool,
    /// The send is halved.
    pub halves_send: bool,
    /// Headset delays come in steps of 8 pan positions; otherwise of 2.
    pub has_coarse_headset: bool,
}

/// How stereo bits are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StereoBits {
    /// There are none: only the pan decides.
    None,
    /// Mode in bits 3-2, flags in bits 1-0; the first two modes are exchanged.
    Shindou,
    /// Mode in bits 5-4, flags in bits 3-2.
    Zelda,
}

/// Rules of command lists.
#[derive(Clone, Copy, Debug)]
pub struct SynthesisRules {
    /// Gain, filter and comb filter, in this order; otherwise filter and gain.
    pub has_comb: bool,
    /// Book offset 1 is another book.
    pub has_override_book: bool,
    /// Book offset 2 multiplies pairs of blocks.
    pub multiplies_pairs: bool,
    /// A sample can play on to its end after its note's end.
    pub has_tails: bool,
    /// The resampler's history is adapted when a voice begins or stops to leave out every second sample.
    pub adapts_history: bool,
    /// A reverb ring is added to the dry sums; otherwise mixed with its volume.
    pub adds_reverb: bool,
    /// Sums for a ring with fewer samples are decimated by the command list; otherwise copied two frames later.
    pub decimates_in_list: bool,
    /// A reverb unit feeds another one before its sums are saved.
    pub feeds_before_saving: bool,
}
