//! Super Mario 64, Japanese and American. `n64-engine.md`. Its notes and voices have rooms of their own: those tables
//! only say what shared code asks for.

use super::{ChannelTest, EUROPEAN, NoteRules, Rules, ScriptRules};

/// The rules of the first generation.
pub static FIRST: Rules = Rules {
    script: ScriptRules {
        channel_test: ChannelTest::FinishedIfThere,
        absent_layer_keeps_value: true,
        bend_center: None,
        ..EUROPEAN.script
    },
    note: NoteRules { missing_instrument_is_drums: false, ..EUROPEAN.note },
    voice: EUROPEAN.voice,
    synthesis: EUROPEAN.synthesis,
};
