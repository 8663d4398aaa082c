//! Channel scripts.

use super::row::*;
use crate::author::abi::Action::*;

pub(super) const ROWS: &[Row] = &[
    row(SM64 | EU | SF64, 0x00, 0x0F, C, "testlayer", None, &[offset("Layer")]).old("chknote"),
    row(RTYI, 0x00, 0x03, C, "ioclear", None, &[offset("N")]),
    row(ZELDA, 0x00, 0x0F, C, "cdelay", Delay, &[SHORT_DELAY]).old("waith"),
    row(NOT_ZELDA, 0x10, 0x1F, C, "startchan", PointerToChannel, &[offset("Channel"), address("Address")])
        .canon("sopensub"),
    row(ZELDA, 0x10, 0x17, C, "loadspl", None, &[offset("N")]),
    row(ZELDA, 0x18, 0x1F, C, "loadsplp", None, &[offset("N")]),
    row(NOT_ZELDA, 0x20, 0x2F, C, "stopchan", None, &[offset("Channel")]).canon("sclosesub").old("ctblopen"),
    row(ZELDA, 0x20, 0x2F, C, "startchan", PointerToChannel, &[CHANNEL, address("Address")])
        .canon("sopensub"),
    row(NOT_ZELDA, 0x30, 0x3F, C, "stcio", None, &[offset("N (channel)"), byte("X (IO address)")])
        .canon("sr_subportwrite")
        .old("dtblopen"),
    row(ZELDA, 0x30, 0x3F, C, "stcio", None, &[offset("C (channel)"), byte("IO byte")])
        .canon("sr_subportwrite")
        .old("dtblopen"),
    row(NOT_ZELDA, 0x40, 0x4F, C, "ldcio", None, &[offset("N (channel)"), byte("X (IO address)")])
        .canon("sr_subportread"),
    row(ZELDA, 0x40, 0x4F, C, "ldcio", None, &[offset("C (Channel)"), byte("IO byte")])
        .canon("sr_subportread"),
    row(SM64 | EU | SF64, 0x50, 0x5F, C, "subio", None, &[offset("N")]).canon("sr_portsbc").old("cmpmyb"),
    row(RTYI, 0x50, 0x53, C, "subio", None, &[offset("N")]).canon("sr_portsbc").old("cmpmyb"),
    row(ZELDA, 0x50, 0x5F, C, "subio", None, &[offset("IO byte")]).canon("sr_portsbc").old("cmpmyb"),
    row(SM64, 0x60, 0x6F, C, "notepriority", None, &[offset("Priority")]),
    row(EU | SF64, 0x60, 0x6F, C, "cdelay", Delay, &[SHORT_DELAY]).old("waith"),
    row(ZELDA, 0x60, 0x6F, C, "ldio", None, &[offset("IO byte")]).canon("sr_portread").old("chkmyb"),
    row(SM64 | EU | SF64, 0x70, 0x7F, C, "stio", None, &[offset("N")]).canon("sr_portwrite").old("cpymyb"),
    row(RTYI, 0x70, 0x73, C, "stio", None, &[offset("N")]).canon("sr_portwrite").old("cpymyb"),
    row(ZELDA, 0x70, 0x77, C, "stio", None, &[offset("IO byte")]).canon("sr_portwrite").old("cpymyb"),
    row(ZELDA, 0x78, 0x7B, C, "rstartlayer", PointerToLayer, &[NOTE_LAYER, relative("Relative Address", 2)]),
    row(SM64 | EU | SF64, 0x80, 0x8F, C, "ldio", None, &[offset("N")]).canon("sr_portread").old("chkmyb"),
    row(RTYI, 0x80, 0x83, C, "ldio", None, &[offset("N")]).canon("sr_portread").old("chkmyb"),
    row(ZELDA, 0x80, 0x87, C, "testlayer", None, &[offset("N")]).old("chknote"),
    row(ZELDA, 0x88, 0x8B, C, "startlayer", PointerToLayer, &[NOTE_LAYER, address("Address")])
        .old("opennote"),
    row(SM64 | EU | SF64, 0x90, 0x9F, C, "startlayer", PointerToLayer, &[NOTE_LAYER, address("Address")])
        .old("opennote"),
    row(RTYI, 0x90, 0x93, C, "startlayer", PointerToLayer, &[NOTE_LAYER, address("Address")]).old("opennote"),
    row(ZELDA, 0x90, 0x97, C, "stoplayer", None, &[offset("Note Layer")]).old("closenote"),
    row(ZELDA, 0x98, 0x9F, C, "dynstartlayer", LayerFromDyntable, &[NOTE_LAYER])
        .canon("sr_tblnopen")
        .old("ctblopen"),
    row(SM64 | EU | SF64, 0xA0, 0xAF, C, "stoplayer", None, &[offset("Note Layer")]).old("closenote"),
    row(RTYI, 0xA0, 0xA3, C, "stoplayer", None, &[offset("Note Layer")]).old("closenote"),
    row(SM64 | EU | SF64, 0xB0, 0xBF, C, "dynstartlayer", LayerFromDyntable, &[NOTE_LAYER])
        .canon("sr_tblnopen")
        .old("ctblopen"),
    row(RTYI, 0xB0, 0xB3, C, "dynstartlayer", LayerFromDyntable, &[NOTE_LAYER])
        .canon("sr_tblnopen")
        .old("ctblopen"),
    row(ZELDA, 0xB0, 0xB0, C, "setfilter", PointerToTable, &[address("Address"), size(16)]),
    row(ZELDA, 0xB1, 0xB1, C, "clearfilter", None, &[]),
    row(ZELDA, 0xB2, 0xB2, C, "ldptbl", PointerToTable, &[address("Address")]),
    row(ZELDA, 0xB3, 0xB3, C, "copyfilter", None, &[byte("Filter indices")]),
    row(ZELDA, 0xB4, 0xB4, C, "p2dyntable", DyntableFromData, &[]),
    row(ZELDA, 0xB5, 0xB5, C, "dyntable2p", DataFromDyntable, &[]),
    row(ZELDA, 0xB6, 0xB6, C, "lddyn", DataFromDyntable, &[]),
    row(ZELDA, 0xB7, 0xB7, C, "randp", None, &[byte("Max")]),
    row(ZELDA, 0xB8, 0xB8, C, "rand", None, &[byte("Max")]),
    row(ZELDA, 0xB9, 0xB9, C, "velrand", None, &[byte("Value")]),
    row(ZELDA, 0xBA, 0xBA, C, "gaterand", None, &[byte("Value")]),
    row(
        ZELDA,
        0xBB,
        0xBB,
        C,
        "chorus",
        Controllers,
        &[constant("Length", 16), controller("Chorus", 93), controller("Chorus LSB", 94)],
    ),
    row(ZELDA, 0xBC, 0xBC, C, "addp", None, &[word("Immediate")]),
    row(ZELDA, 0xBD, 0xBD, C, "randaddp", None, &[byte("Max"), word("Value")]),
    row(ALL, 0xC1, 0xC1, C, "instr", Controllers, &[controller("Instrument", 129)]).old("prg"),
    row(ALL, 0xC2, 0xC2, C, "dyntable", SetDyntable, &[address("Address")]).old("tblset"),
    row(NOT_RTYI, 0xC3, 0xC3, C, "shorton", SetShortNotes, &[]).old("Amode"),
    row(NOT_RTYI, 0xC4, 0xC4, C, "shortoff", SetLongNotes, &[]).old("Bmode"),
    row(ALL, 0xC5, 0xC5, C, "dynsetdyntable", DyntableFromDyntable, &[]).canon("sr_jptbl").old("ctbljump"),
    row(ALL, 0xC6, 0xC6, C, "bank", Controllers, &[controller("Bank", 0)]).old("bankchg"),
    row(NOT_RTYI, 0xC7, 0xC7, C, "sts", PointerToSelf, &[byte("Immediate"), address("Address"), size(1)])
        .canon("sr_store")
        .old("cselfwriteb"),
    row(RTYI, 0xC7, 0xC7, C, "sts", PointerToSelf, &[address("Address"), size(1)])
        .canon("sr_store")
        .old("cselfwriteb"),
    row(ALL, 0xC8, 0xC8, C, "sub", None, &[byte("Value")]).canon("sr_sbc").old("chkcmp"),
    row(ALL, 0xC9, 0xC9, C, "and", None, &[byte("Value")]).canon("sr_and").old("chkbit"),
    row(NOT_RTYI, 0xCA, 0xCA, C, "mutebhv", MuteBehavior, &[value("Behavior")]).old("pausestatus"),
    row(ALL, 0xCB, 0xCB, C, "lds", PointerToSelf, &[address("Address")]).canon("sr_extbl").old("cextable"),
    row(ALL, 0xCC, 0xCC, C, "ldi", None, &[byte("Value")]).canon("sr_load").old("cload"),
    row(ZELDA, 0xCD, 0xCD, C, "stopchan", None, &[byte("Channel")]).canon("sclosesub"),
    row(ZELDA, 0xCE, 0xCE, C, "ldpi", MaybePointer, &[address("Value")]),
    row(ZELDA, 0xCF, 0xCF, C, "stps", PointerToSelf, &[address("Address")]),
    row(NOT_RTYI, 0xD0, 0xD0, C, "stereoheadseteffects", None, &[byte("Value")]).old("panmode"),
    row(NOT_RTYI, 0xD1, 0xD1, C, "noteallocpolicy", None, &[byte("Bitmask")]).old("monomode"),
    row(ALL, 0xD2, 0xD2, C, "relsustain", Controllers, &[controller("Value", 70)]).old("sreverb"),
    row(ALL, 0xD3, 0xD3, C, "pitchbend", Controllers, &[controller("Bend", 128)]).old("pitchbend"),
    row(ALL, 0xD4, 0xD4, C, "reverb", Controllers, &[controller("Wet", 91)]).old("fxmix"),
    row(SM64, 0xD6, 0xD6, C, "updatesperframe", None, &[byte("Updates per frame")]),
    row(SF64, 0xD6, 0xD6, C, "vibsomething", None, &[byte("Value")]).old("vibint"),
    row(ALL, 0xD7, 0xD7, C, "vibfreq", Controllers, &[controller("Frequency", 76)]).old("vibpitch"),
    row(ALL, 0xD8, 0xD8, C, "vibdepth", Controllers, &[controller("Depth", 77)]).old("vibdepth"),
    row(ALL, 0xD9, 0xD9, C, "release", Controllers, &[doubled_controller("Release", 72)]).old("release"),
    row(ALL, 0xDA, 0xDA, C, "cenvelope", PointerToEnvelope, &[address("Address")]).old("envelope"),
    row(ALL, 0xDB, 0xDB, C, "ctp", ChannelTransposition, &[value("Transpose")]).old("strans"),
    row(NOT_RTYI, 0xDC, 0xDC, C, "panmix", Controllers, &[controller("W", 8)]).old("spanpow"),
    row(ALL, 0xDD, 0xDD, C, "cpan", Controllers, &[controller("Pan", 10)]).old("span"),
    row(ALL, 0xDE, 0xDE, C, "freqscale", None, &[word("X")]).old("stune"),
    row(ALL, 0xDF, 0xDF, C, "cvol", Controllers, &[controller("Volume", 7)]).old("svolume"),
    row(ALL, 0xE0, 0xE0, C, "cexp", Controllers, &[controller("Value", 11)]).old("evolume"),
    row(
        ALL,
        0xE1,
        0xE1,
        C,
        "vibfreqenv",
        Controllers,
        &[controller("Start", 78), controller("Target", 79), controller("Time", 80)],
    )
    .old("vibpitchmv"),
    row(
        ALL,
        0xE2,
        0xE2,
        C,
        "vibdepthenv",
        Controllers,
        &[controller("Start", 81), controller("Target", 82), controller("Time", 83)],
    )
    .old("vibdepthmv"),
    row(ALL, 0xE3, 0xE3, C, "vibdelay", Controllers, &[controller("Delay", 75)]).old("vibdelay"),
    row(ALL, 0xE4, 0xE4, C, "dyncall", ChannelFromDyntable, &[]).canon("sr_calltbl").old("ctblcall"),
    row(LATER, 0xE5, 0xE5, C, "reverbidx", Controllers, &[controller("Reverb index", 90)]).old("fxline"),
    row(LATER, 0xE6, 0xE6, C, "splvari", None, &[byte("bookOffset")]).old("noisemode"),
    row(LATER, 0xE7, 0xE7, C, "ldcparams", PointerToTable, &[address("Address"), size(8)])
        .old("multitableset"),
    row(
        LATER,
        0xE8,
        0xE8,
        C,
        "cparams",
        None,
        &[
            byte("muteBehavior"),
            byte("noteAllocPolicy"),
            byte("notePriority"),
            byte("transposition"),
            byte("pan"),
            byte("panChannelWeight"),
            byte("reverb"),
            byte("reverbIndex"),
        ],
    )
    .old("multiparamset"),
    row(LATER, 0xE9, 0xE9, C, "notepriority", Controllers, &[controller("Priority", 9)]).old("priority"),
    row(LATER, 0xEA, 0xEA, C, "halt", None, &[]).old("halt"),
    row(LATER, 0xEB, 0xEB, C, "bankinstr", Controllers, &[controller("Bank", 0), controller("Program", 129)])
        .old("bprg"),
    row(EU | SF64, 0xEC, 0xEC, C, "vibinit", None, &[]).old("initpitch"),
    row(ZELDA, 0xEC, 0xEC, C, "chanreset", None, &[]).old("initpitch"),
    row(SF64 | ZELDA, 0xED, 0xED, C, "filgain", Controllers, &[controller("Value", 71)]).old("filgain"),
    row(ZELDA, 0xEE, 0xEE, C, "cbend2", None, &[byte("Bend (s8)")]),
];
