//! The sequence script.

use super::row::*;
use crate::author::abi::Action::*;

pub(super) const ROWS: &[Row] = &[
    row(NOT_RTYI, 0x00, 0x0F, S, "testchan", None, &[offset("Channel")]).canon("chksub"),
    row(ZELDA, 0x40, 0x4F, SC, "stopchan", None, &[offset("Channel")]).canon("closesub"),
    row(SM64 | EU | SF64, 0x50, 0x5F, S, "subv", None, &[offset("Nothing")]).canon("gr_portsbc"),
    row(ZELDA, 0x50, 0x5F, S, "subio", None, &[offset("IO byte")]).canon("gr_portsbc"),
    row(ZELDA, 0x60, 0x6F, SC, "loadbank", None, &[offset("N"), byte("Bank idx"), byte("Bank slot?")]),
    row(SM64 | EU | SF64, 0x70, 0x7F, S, "stv", None, &[offset("Nothing")]).canon("gr_portwrite"),
    row(ZELDA, 0x70, 0x7F, S, "stio", None, &[offset("IO byte")]).canon("gr_portwrite"),
    row(SM64 | EU | SF64, 0x80, 0x8F, S, "ldv", None, &[offset("Nothing")]).canon("gr_portread"),
    row(ZELDA, 0x80, 0x8F, S, "ldio", None, &[offset("IO byte")]).canon("gr_portread"),
    row(ALL, 0x90, 0x9F, S, "startchan", PointerToChannel, &[CHANNEL, address("Address")]).canon("opensub"),
    row(ZELDA, 0xA0, 0xAF, S, "rstartchan", PointerToChannel, &[CHANNEL, relative("Relative Address", 2)])
        .old("brsub"),
    row(
        ZELDA,
        0xB0,
        0xBF,
        S,
        "loadseq",
        PointerToSequence,
        &[offset("N"), byte("Sequence index"), address("Address")],
    ),
    row(ZELDA, 0xC4, 0xC4, S, "unk_C4", None, &[byte("Player"), byte("SeqID")]),
    row(ZELDA, 0xC5, 0xC5, S, "unk_C5", None, &[word("Unnamed")]),
    row(ZELDA, 0xC6, 0xC6, S, "unk_C6", None, &[]),
    row(ZELDA, 0xC7, 0xC7, S, "sts", PointerToSelf, &[byte("Immediate"), address("Address"), size(1)])
        .canon("gr_store")
        .old("sselfwriteb"),
    row(NOT_RTYI, 0xC8, 0xC8, S, "sub", None, &[byte("Value")]).canon("gr_sbc"),
    row(NOT_RTYI, 0xC9, 0xC9, S, "and", None, &[byte("Value")]).canon("gr_and"),
    row(NOT_RTYI, 0xCC, 0xCC, S, "ldi", None, &[byte("Value")]).canon("gr_load"),
    row(ZELDA, 0xCD, 0xCD, S, "tblcall", SequenceCallTable, &[address("A")]),
    row(ZELDA, 0xCE, 0xCE, S, "rand", None, &[byte("Max")]),
    row(NOT_RTYI, 0xD0, 0xD0, S, "noteallocpolicy", None, &[byte("Bitmask")]).canon("defmonomode"),
    row(NOT_RTYI, 0xD1, 0xD1, S, "ldshorttablegate", PointerToTable, &[address("Address"), size(16)])
        .canon("gtset"),
    row(NOT_RTYI, 0xD2, 0xD2, S, "ldshorttablevel", PointerToTable, &[address("Address"), size(16)])
        .canon("vtset"),
    row(NOT_RTYI, 0xD3, 0xD3, S, "mutebhv", MuteBehavior, &[value("Format")]).canon("defpause"),
    row(ALL, 0xD4, 0xD4, S, "mute", None, &[]).canon("selfpause"),
    row(ALL, 0xD5, 0xD5, S, "mutescale", MuteScale, &[value("Volume Multiplier")]).canon("pausevolume"),
    row(ALL, 0xD6, 0xD6, S, "disablechan", DisableChannels, &[CHANNEL_BITS]).canon("deallocsub"),
    row(ALL, 0xD7, 0xD7, S, "initchan", EnableChannels, &[CHANNEL_BITS]).canon("allocsub"),
    row(LATER, 0xD9, 0xD9, S, "sexp", None, &[byte("fadeVolumeScale")]).canon("gr_evolume"),
    row(NOT_ZELDA, 0xDA, 0xDA, S, "sfade", None, &[byte("Target volume"), word("Time")]).canon("volumemode"),
    row(ZELDA, 0xDA, 0xDA, S, "sfade", None, &[byte("Mode"), word("Time")]).canon("volumemode"),
    row(ALL, 0xDB, 0xDB, S, "svol", MasterVolume, &[value("Volume")]).canon("volumechg"),
    row(NOT_ZELDA, 0xDC, 0xDC, S, "temporel", None, &[byte("Delta Tempo")]).canon("tempoofs"),
    row(ZELDA, 0xDC, 0xDC, S, "tempovar", None, &[byte("Variance")]),
    row(ALL, 0xDD, 0xDD, S, "tempo", Tempo, &[value("Tempo")]).canon("tempochg"),
    row(NOT_RTYI, 0xDE, 0xDE, S, "stprel", None, &[byte("Delta Semitones")]).canon("transofs"),
    row(NOT_RTYI, 0xDF, 0xDF, S, "stp", None, &[byte("Semitones")]).canon("transchg"),
    row(ZELDA, 0xEF, 0xEF, S, "print", PointerToMessage, &[address("Address"), byte("Value")])
        .canon("dprint"),
];
