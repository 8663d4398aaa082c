//! Layer scripts.

use super::row::*;
use crate::author::abi::Action::*;

pub(super) const ROWS: &[Row] = &[
    row(ALL, 0x00, 0x3F, L, "notedvg", Note, &[NOTE, DELAY, VELOCITY, GATE_TIME]),
    row(NOT_RTYI, 0x00, 0x3F, L, "snoted", ShortNote, &[NOTE, DELAY]),
    row(ALL, 0x40, 0x7F, L, "notedv", Note, &[NOTE, DELAY, VELOCITY]),
    row(NOT_RTYI, 0x40, 0x7F, L, "snotedef", ShortNote, &[NOTE, mode("ModeDefault", 0)]),
    row(ALL, 0x80, 0xBF, L, "notevg", Note, &[NOTE, VELOCITY, GATE_TIME]),
    row(NOT_RTYI, 0x80, 0xBF, L, "snotelast", ShortNote, &[NOTE, mode("ModeLast", 1)]),
    row(ALL, 0xC0, 0xC0, L, "ldelay", Delay, &[DELAY]).canon("XXX"),
    row(NOT_RTYI, 0xC1, 0xC1, L, "shortvel", None, &[byte("Velocity")]).canon("velo"),
    row(ALL, 0xC2, 0xC2, L, "ltp", LayerTransposition, &[value("Value")]).canon("ntrans"),
    row(NOT_RTYI, 0xC3, 0xC3, L, "shortdelay", None, &[variable("Delay")]).canon("deflen"),
    row(ALL, 0xC4, 0xC4, L, "legatoon", None, &[]).canon("tieon"),
    row(ALL, 0xC5, 0xC5, L, "legatooff", None, &[]).canon("tieoff"),
    row(ALL, 0xC6, 0xC6, L, "linst", None, &[byte("Instrument (0-0x7E)")]).canon("nprg"),
    row(ALL, 0xC7, 0xC7, L, "portamento", None, &[byte("Mode"), byte("Target Pitch"), PORTAMENTO_TIME])
        .canon("sweepfrom")
        .old("sweep"),
    row(ALL, 0xC8, 0xC8, L, "portamentooff", None, &[]).canon("sweepend"),
    row(NOT_RTYI, 0xC9, 0xC9, L, "shortgate", None, &[byte("Gate")]).canon("dgate"),
    row(NOT_RTYI, 0xCA, 0xCA, L, "lpan", None, &[byte("Pan")]).canon("npan"),
    row(
        LATER,
        0xCB,
        0xCB,
        L,
        "lenvelope",
        PointerToEnvelope,
        &[address("Envelope address"), byte("Release rate")],
    )
    .canon("nenv"),
    row(LATER, 0xCC, 0xCC, L, "drumpanoff", None, &[]).canon("killpan"),
    row(SF64, 0xCD, 0xCD, L, "phase", None, &[byte("Value")]).canon("phase"),
    row(ZELDA, 0xCD, 0xCD, L, "reverbphase", None, &[byte("Value")]).canon("phase"),
    row(ZELDA, 0xCE, 0xCE, L, "lbend2", None, &[byte("param")]),
    row(SF64, 0xCF, 0xCF, L, "lprint", PointerToMessage, &[address("Address"), byte("Unk 0 or 3")])
        .canon("dprintn"),
    row(ZELDA, 0xCF, 0xCF, L, "lrelease", None, &[byte("Release")]),
    row(NOT_RTYI, 0xD0, 0xDF, L, "shorttablevel", None, &[offset("Table index")]).canon("tvelo"),
    row(NOT_RTYI, 0xE0, 0xEF, L, "shorttablegate", None, &[offset("Table index")]).canon("tgate"),
];
