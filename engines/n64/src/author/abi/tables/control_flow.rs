//! Control flow and reserved voices: what several scopes share.

use super::row::*;
use crate::author::abi::Action::*;

pub(super) const ROWS: &[Row] = &[
    row(SF64, 0xEF, 0xEF, SC, "print", PointerToMessage, &[address("Address"), byte("Unk 0 or 3")])
        .canon("dprint"),
    row(RTYI, 0xF0, 0xF0, C, "testlayers", None, &[]),
    row(LATER, 0xF0, 0xF0, SC, "unreservenotes", None, &[]).canon("deallocvoice"),
    row(SM64, 0xF1, 0xF1, SC, "unreservenotes", None, &[]).canon("deallocvoice"),
    row(LATER, 0xF1, 0xF1, SC, "reservenotes", None, &[byte("Notes to reserve")]).canon("allocvoice"),
    row(SM64, 0xF2, 0xF2, SC, "reservenotes", None, &[byte("Notes to reserve")]).canon("allocvoice"),
    row(EU | SF64, 0xF2, 0xF2, SC, "rbltz", Branch, &[relative("Address", 1)]).canon("brn"),
    row(ZELDA, 0xF2, 0xF2, SCL, "rbltz", Branch, &[relative("Address", 1)]).canon("brn"),
    row(SM64 | RTYI, 0xF3, 0xF3, C, "halt", None, &[]).old("halt"),
    row(EU | SF64, 0xF3, 0xF3, SC, "rbeqz", Branch, &[relative("Address", 1)]).canon("br0"),
    row(ZELDA, 0xF3, 0xF3, SCL, "rbeqz", Branch, &[relative("Address", 1)]).canon("br0"),
    row(RTYI, 0xF4, 0xF4, C, "stopall", None, &[]),
    row(LATER, 0xF4, 0xF4, SCL, "rjump", Jump, &[relative("Relative address", 1)]).canon("bra"),
    row(SM64 | EU | SF64, 0xF5, 0xF5, SC, "bgez", Branch, &[address("Address")]).canon("jumpp"),
    row(RTYI, 0xF5, 0xF5, C, "bgez", Branch, &[address("Address")]).canon("jumpp"),
    row(ZELDA, 0xF5, 0xF5, SCL, "bgez", Branch, &[address("Address")]).canon("jumpp"),
    row(NOT_ZELDA, 0xF6, 0xF6, C, "break", LoopBreak, &[]).canon("loopbreak"),
    row(ZELDA, 0xF6, 0xF6, SCL, "break", LoopBreak, &[]).canon("loopbreak"),
    row(ALL, 0xF7, 0xF7, SCL, "loopend", LoopEnd, &[]).canon("loope"),
    row(ALL, 0xF8, 0xF8, SCL, "loop", LoopStart, &[LOOP_COUNT]).canon("loops"),
    row(SM64 | EU | SF64, 0xF9, 0xF9, SC, "bltz", Branch, &[address("Address")]).canon("jumpn"),
    row(RTYI, 0xF9, 0xF9, C, "bltz", Branch, &[address("Address")]).canon("jumpn"),
    row(ZELDA, 0xF9, 0xF9, SCL, "bltz", Branch, &[address("Address")]).canon("jumpn"),
    row(SM64 | EU | SF64, 0xFA, 0xFA, SC, "beqz", Branch, &[address("Address")]).canon("jump0"),
    row(RTYI, 0xFA, 0xFA, C, "beqz", Branch, &[address("Address")]).canon("jump0"),
    row(ZELDA, 0xFA, 0xFA, SCL, "beqz", Branch, &[address("Address")]).canon("jump0"),
    row(ALL, 0xFB, 0xFB, SCL, "jump", Jump, &[address("Address")]).canon("jump"),
    row(ALL, 0xFC, 0xFC, SCL, "call", Call, &[address("Address")]).canon("call"),
    row(NOT_ZELDA, 0xFD, 0xFD, SC, "delay", Delay, &[DELAY]).canon("wait"),
    row(ZELDA, 0xFD, 0xFD, SCL, "delay", Delay, &[DELAY]).canon("wait"),
    row(NOT_RTYI, 0xFE, 0xFE, SCL, "yield", None, &[]).canon("return"),
    row(RTYI, 0xFE, 0xFE, SC, "yield", None, &[]).canon("return"),
    row(ALL, 0xFF, 0xFF, SCL, "end", End, &[]).canon("fin"),
];
