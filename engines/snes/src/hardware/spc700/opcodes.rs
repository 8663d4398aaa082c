//! Which opcode is which instruction (`snes-hardware.md` section 2.3).

use super::{Bus, Cpu, Psw, alu};

impl Cpu {
    /// Executes the instruction whose opcode has just been fetched.
    #[inline]
    pub(super) fn execute<B: Bus>(&mut self, opcode: u8, bus: &mut B) {
        match opcode {
            // NOP
            0x00 => self.dummy_fetch(bus),
            // TCALL 0
            0x01 => self.call_table(bus, 0),
            // SET1 d.0
            0x02 => self.set_bit(bus, 0),
            // BBS d.0,e
            0x03 => self.branch_on_bit(bus, 0, true),
            // OR A,d
            0x04 => self.operate_a(bus, alu::or, Self::direct),
            // OR A,!a
            0x05 => self.operate_a(bus, alu::or, Self::absolute),
            // OR A,(X)
            0x06 => self.operate_a(bus, alu::or, Self::indirect_x),
            // OR A,[d+X]
            0x07 => self.operate_a(bus, alu::or, Self::indexed_indirect),
            // OR A,#i
            0x08 => self.operate_a(bus, alu::or, Self::immediate),
            // OR d,s
            0x09 => self.direct_direct(bus, alu::or),
            // OR1 C,m.b
            0x0A => self.or_carry(bus, false),
            // ASL d
            0x0B => self.modify(bus, alu::asl, Self::direct),
            // ASL !a
            0x0C => self.modify(bus, alu::asl, Self::absolute),
            // PUSH PSW
            0x0D => self.push_register(bus, self.registers.psw.0),
            // TSET1 !a
            0x0E => self.test_and_change(bus, |memory, a| memory | a),
            // BRK
            0x0F => self.software_break(bus),
            // BPL e
            0x10 => self.branch(bus, !self.registers.psw.has(Psw::N)),
            // TCALL 1
            0x11 => self.call_table(bus, 1),
            // CLR1 d.0
            0x12 => self.clear_bit(bus, 0),
            // BBC d.0,e
            0x13 => self.branch_on_bit(bus, 0, false),
            // OR A,d+X
            0x14 => self.operate_a(bus, alu::or, Self::direct_x),
            // OR A,!a+X
            0x15 => self.operate_a(bus, alu::or, Self::absolute_x),
            // OR A,!a+Y
            0x16 => self.operate_a(bus, alu::or, Self::absolute_y),
            // OR A,[d]+Y
            0x17 => self.operate_a(bus, alu::or, Self::indirect_indexed),
            // OR d,#i
            0x18 => self.direct_immediate(bus, alu::or),
            // OR (X),(Y)
            0x19 => self.indirect_indirect(bus, alu::or),
            // DECW d
            0x1A => self.step_word(bus, 0xFFFF),
            // ASL d+X
            0x1B => self.modify(bus, alu::asl, Self::direct_x),
            // ASL A
            0x1C => self.modify_a(bus, alu::asl),
            // DEC X
            0x1D => self.modify_x(bus, alu::dec),
            // CMP X,!a
            0x1E => self.operate_x(bus, alu::cmp, Self::absolute),
            // JMP [!a+X]
            0x1F => self.jump_indirect(bus),
            // CLRP
            0x20 => self.select_direct_page(bus, false),
            // TCALL 2
            0x21 => self.call_table(bus, 2),
            // SET1 d.1
            0x22 => self.set_bit(bus, 1),
            // BBS d.1,e
            0x23 => self.branch_on_bit(bus, 1, true),
            // AND A,d
            0x24 => self.operate_a(bus, alu::and, Self::direct),
            // AND A,!a
            0x25 => self.operate_a(bus, alu::and, Self::absolute),
            // AND A,(X)
            0x26 => self.operate_a(bus, alu::and, Self::indirect_x),
            // AND A,[d+X]
            0x27 => self.operate_a(bus, alu::and, Self::indexed_indirect),
            // AND A,#i
            0x28 => self.operate_a(bus, alu::and, Self::immediate),
            // AND d,s
            0x29 => self.direct_direct(bus, alu::and),
            // OR1 C,/m.b
            0x2A => self.or_carry(bus, true),
            // ROL d
            0x2B => self.modify(bus, alu::rol, Self::direct),
            // ROL !a
            0x2C => self.modify(bus, alu::rol, Self::absolute),
            // PUSH A
            0x2D => self.push_register(bus, self.registers.a),
            // CBNE d,e
            0x2E => self.compare_and_branch(bus, Self::direct),
            // BRA e
            0x2F => self.branch(bus, true),
            // BMI e
            0x30 => self.branch(bus, self.registers.psw.has(Psw::N)),
            // TCALL 3
            0x31 => self.call_table(bus, 3),
            // CLR1 d.1
            0x32 => self.clear_bit(bus, 1),
            // BBC d.1,e
            0x33 => self.branch_on_bit(bus, 1, false),
            // AND A,d+X
            0x34 => self.operate_a(bus, alu::and, Self::direct_x),
            // AND A,!a+X
            0x35 => self.operate_a(bus, alu::and, Self::absolute_x),
            // AND A,!a+Y
            0x36 => self.operate_a(bus, alu::and, Self::absolute_y),
            // AND A,[d]+Y
            0x37 => self.operate_a(bus, alu::and, Self::indirect_indexed),
            // AND d,#i
            0x38 => self.direct_immediate(bus, alu::and),
            // AND (X),(Y)
            0x39 => self.indirect_indirect(bus, alu::and),
            // INCW d
            0x3A => self.step_word(bus, 1),
            // ROL d+X
            0x3B => self.modify(bus, alu::rol, Self::direct_x),
            // ROL A
            0x3C => self.modify_a(bus, alu::rol),
            // INC X
            0x3D => self.modify_x(bus, alu::inc),
            // CMP X,d
            0x3E => self.operate_x(bus, alu::cmp, Self::direct),
            // CALL !a
            0x3F => self.call(bus),
            // SETP
            0x40 => self.select_direct_page(bus, true),
            // TCALL 4
            0x41 => self.call_table(bus, 4),
            // SET1 d.2
            0x42 => self.set_bit(bus, 2),
            // BBS d.2,e
            0x43 => self.branch_on_bit(bus, 2, true),
            // EOR A,d
            0x44 => self.operate_a(bus, alu::eor, Self::direct),
            // EOR A,!a
            0x45 => self.operate_a(bus, alu::eor, Self::absolute),
            // EOR A,(X)
            0x46 => self.operate_a(bus, alu::eor, Self::indirect_x),
            // EOR A,[d+X]
            0x47 => self.operate_a(bus, alu::eor, Self::indexed_indirect),
            // EOR A,#i
            0x48 => self.operate_a(bus, alu::eor, Self::immediate),
            // EOR d,s
            0x49 => self.direct_direct(bus, alu::eor),
            // AND1 C,m.b
            0x4A => self.and_carry(bus, false),
            // LSR d
            0x4B => self.modify(bus, alu::lsr, Self::direct),
            // LSR !a
            0x4C => self.modify(bus, alu::lsr, Self::absolute),
            // PUSH X
            0x4D => self.push_register(bus, self.registers.x),
            // TCLR1 !a
            0x4E => self.test_and_change(bus, |memory, a| memory & !a),
            // PCALL u
            0x4F => self.call_page(bus),
            // BVC e
            0x50 => self.branch(bus, !self.registers.psw.has(Psw::V)),
            // TCALL 5
            0x51 => self.call_table(bus, 5),
            // CLR1 d.2
            0x52 => self.clear_bit(bus, 2),
            // BBC d.2,e
            0x53 => self.branch_on_bit(bus, 2, false),
            // EOR A,d+X
            0x54 => self.operate_a(bus, alu::eor, Self::direct_x),
            // EOR A,!a+X
            0x55 => self.operate_a(bus, alu::eor, Self::absolute_x),
            // EOR A,!a+Y
            0x56 => self.operate_a(bus, alu::eor, Self::absolute_y),
            // EOR A,[d]+Y
            0x57 => self.operate_a(bus, alu::eor, Self::indirect_indexed),
            // EOR d,#i
            0x58 => self.direct_immediate(bus, alu::eor),
            // EOR (X),(Y)
            0x59 => self.indirect_indirect(bus, alu::eor),
            // CMPW YA,d
            0x5A => self.compare_word(bus),
            // LSR d+X
            0x5B => self.modify(bus, alu::lsr, Self::direct_x),
            // LSR A
            0x5C => self.modify_a(bus, alu::lsr),
            // MOV X,A
            0x5D => self.move_x_a(bus),
            // CMP Y,!a
            0x5E => self.operate_y(bus, alu::cmp, Self::absolute),
            // JMP !a
            0x5F => self.jump(bus),
            // CLRC
            0x60 => self.change_flags(bus, Psw::C, 0),
            // TCALL 6
            0x61 => self.call_table(bus, 6),
            // SET1 d.3
            0x62 => self.set_bit(bus, 3),
            // BBS d.3,e
            0x63 => self.branch_on_bit(bus, 3, true),
            // CMP A,d
            0x64 => self.operate_a(bus, alu::cmp, Self::direct),
            // CMP A,!a
            0x65 => self.operate_a(bus, alu::cmp, Self::absolute),
            // CMP A,(X)
            0x66 => self.operate_a(bus, alu::cmp, Self::indirect_x),
            // CMP A,[d+X]
            0x67 => self.operate_a(bus, alu::cmp, Self::indexed_indirect),
            // CMP A,#i
            0x68 => self.operate_a(bus, alu::cmp, Self::immediate),
            // CMP d,s
            0x69 => self.compare_direct_direct(bus),
            // AND1 C,/m.b
            0x6A => self.and_carry(bus, true),
            // ROR d
            0x6B => self.modify(bus, alu::ror, Self::direct),
            // ROR !a
            0x6C => self.modify(bus, alu::ror, Self::absolute),
            // PUSH Y
            0x6D => self.push_register(bus, self.registers.y),
            // DBNZ d,e
            0x6E => self.decrement_and_branch(bus),
            // RET
            0x6F => self.return_from_call(bus),
            // BVS e
            0x70 => self.branch(bus, self.registers.psw.has(Psw::V)),
            // TCALL 7
            0x71 => self.call_table(bus, 7),
            // CLR1 d.3
            0x72 => self.clear_bit(bus, 3),
            // BBC d.3,e
            0x73 => self.branch_on_bit(bus, 3, false),
            // CMP A,d+X
            0x74 => self.operate_a(bus, alu::cmp, Self::direct_x),
            // CMP A,!a+X
            0x75 => self.operate_a(bus, alu::cmp, Self::absolute_x),
            // CMP A,!a+Y
            0x76 => self.operate_a(bus, alu::cmp, Self::absolute_y),
            // CMP A,[d]+Y
            0x77 => self.operate_a(bus, alu::cmp, Self::indirect_indexed),
            // CMP d,#i
            0x78 => self.compare_direct_immediate(bus),
            // CMP (X),(Y)
            0x79 => self.compare_indirect_indirect(bus),
            // ADDW YA,d
            0x7A => self.word_to_ya(bus, alu::addw),
            // ROR d+X
            0x7B => self.modify(bus, alu::ror, Self::direct_x),
            // ROR A
            0x7C => self.modify_a(bus, alu::ror),
            // MOV A,X
            0x7D => self.move_a_x(bus),
            // CMP Y,d
            0x7E => self.operate_y(bus, alu::cmp, Self::direct),
            // RETI
            0x7F => self.return_from_break(bus),
            // SETC
            0x80 => self.change_flags(bus, 0, Psw::C),
            // TCALL 8
            0x81 => self.call_table(bus, 8),
            // SET1 d.4
            0x82 => self.set_bit(bus, 4),
            // BBS d.4,e
            0x83 => self.branch_on_bit(bus, 4, true),
            // ADC A,d
            0x84 => self.operate_a(bus, alu::adc, Self::direct),
            // ADC A,!a
            0x85 => self.operate_a(bus, alu::adc, Self::absolute),
            // ADC A,(X)
            0x86 => self.operate_a(bus, alu::adc, Self::indirect_x),
            // ADC A,[d+X]
            0x87 => self.operate_a(bus, alu::adc, Self::indexed_indirect),
            // ADC A,#i
            0x88 => self.operate_a(bus, alu::adc, Self::immediate),
            // ADC d,s
            0x89 => self.direct_direct(bus, alu::adc),
            // EOR1 C,m.b
            0x8A => self.eor_carry(bus),
            // DEC d
            0x8B => self.modify(bus, alu::dec, Self::direct),
            // DEC !a
            0x8C => self.modify(bus, alu::dec, Self::absolute),
            // MOV Y,#i
            0x8D => self.operate_y(bus, alu::load, Self::immediate),
            // POP PSW
            0x8E => self.pop_psw(bus),
            // MOV d,#i
            0x8F => self.move_direct_immediate(bus),
            // BCC e
            0x90 => self.branch(bus, !self.registers.psw.has(Psw::C)),
            // TCALL 9
            0x91 => self.call_table(bus, 9),
            // CLR1 d.4
            0x92 => self.clear_bit(bus, 4),
            // BBC d.4,e
            0x93 => self.branch_on_bit(bus, 4, false),
            // ADC A,d+X
            0x94 => self.operate_a(bus, alu::adc, Self::direct_x),
            // ADC A,!a+X
            0x95 => self.operate_a(bus, alu::adc, Self::absolute_x),
            // ADC A,!a+Y
            0x96 => self.operate_a(bus, alu::adc, Self::absolute_y),
            // ADC A,[d]+Y
            0x97 => self.operate_a(bus, alu::adc, Self::indirect_indexed),
            // ADC d,#i
            0x98 => self.direct_immediate(bus, alu::adc),
            // ADC (X),(Y)
            0x99 => self.indirect_indirect(bus, alu::adc),
            // SUBW YA,d
            0x9A => self.word_to_ya(bus, alu::subw),
            // DEC d+X
            0x9B => self.modify(bus, alu::dec, Self::direct_x),
            // DEC A
            0x9C => self.modify_a(bus, alu::dec),
            // MOV X,SP
            0x9D => self.move_x_sp(bus),
            // DIV YA,X
            0x9E => self.divide(bus),
            // XCN A
            0x9F => self.exchange_nibbles(bus),
            // EI
            0xA0 => self.change_flags_slowly(bus, 0, Psw::I),
            // TCALL 10
            0xA1 => self.call_table(bus, 10),
            // SET1 d.5
            0xA2 => self.set_bit(bus, 5),
            // BBS d.5,e
            0xA3 => self.branch_on_bit(bus, 5, true),
            // SBC A,d
            0xA4 => self.operate_a(bus, alu::sbc, Self::direct),
            // SBC A,!a
            0xA5 => self.operate_a(bus, alu::sbc, Self::absolute),
            // SBC A,(X)
            0xA6 => self.operate_a(bus, alu::sbc, Self::indirect_x),
            // SBC A,[d+X]
            0xA7 => self.operate_a(bus, alu::sbc, Self::indexed_indirect),
            // SBC A,#i
            0xA8 => self.operate_a(bus, alu::sbc, Self::immediate),
            // SBC d,s
            0xA9 => self.direct_direct(bus, alu::sbc),
            // MOV1 C,m.b
            0xAA => self.load_carry(bus),
            // INC d
            0xAB => self.modify(bus, alu::inc, Self::direct),
            // INC !a
            0xAC => self.modify(bus, alu::inc, Self::absolute),
            // CMP Y,#i
            0xAD => self.operate_y(bus, alu::cmp, Self::immediate),
            // POP A
            0xAE => self.registers.a = self.pop(bus),
            // MOV (X)+,A
            0xAF => self.store_a_increment_x(bus),
            // BCS e
            0xB0 => self.branch(bus, self.registers.psw.has(Psw::C)),
            // TCALL 11
            0xB1 => self.call_table(bus, 11),
            // CLR1 d.5
            0xB2 => self.clear_bit(bus, 5),
            // BBC d.5,e
            0xB3 => self.branch_on_bit(bus, 5, false),
            // SBC A,d+X
            0xB4 => self.operate_a(bus, alu::sbc, Self::direct_x),
            // SBC A,!a+X
            0xB5 => self.operate_a(bus, alu::sbc, Self::absolute_x),
            // SBC A,!a+Y
            0xB6 => self.operate_a(bus, alu::sbc, Self::absolute_y),
            // SBC A,[d]+Y
            0xB7 => self.operate_a(bus, alu::sbc, Self::indirect_indexed),
            // SBC d,#i
            0xB8 => self.direct_immediate(bus, alu::sbc),
            // SBC (X),(Y)
            0xB9 => self.indirect_indirect(bus, alu::sbc),
            // MOVW YA,d
            0xBA => self.word_to_ya(bus, alu::load_word),
            // INC d+X
            0xBB => self.modify(bus, alu::inc, Self::direct_x),
            // INC A
            0xBC => self.modify_a(bus, alu::inc),
            // MOV SP,X
            0xBD => self.move_sp_x(bus),
            // DAS A
            0xBE => self.decimal_adjust(bus, alu::das),
            // MOV A,(X)+
            0xBF => self.load_a_increment_x(bus),
            // DI
            0xC0 => self.change_flags_slowly(bus, Psw::I, 0),
            // TCALL 12
            0xC1 => self.call_table(bus, 12),
            // SET1 d.6
            0xC2 => self.set_bit(bus, 6),
            // BBS d.6,e
            0xC3 => self.branch_on_bit(bus, 6, true),
            // MOV d,A
            0xC4 => self.store(bus, self.registers.a, Self::direct),
            // MOV !a,A
            0xC5 => self.store(bus, self.registers.a, Self::absolute),
            // MOV (X),A
            0xC6 => self.store(bus, self.registers.a, Self::indirect_x),
            // MOV [d+X],A
            0xC7 => self.store(bus, self.registers.a, Self::indexed_indirect),
            // CMP X,#i
            0xC8 => self.operate_x(bus, alu::cmp, Self::immediate),
            // MOV !a,X
            0xC9 => self.store(bus, self.registers.x, Self::absolute),
            // MOV1 m.b,C
            0xCA => self.store_carry(bus),
            // MOV d,Y
            0xCB => self.store(bus, self.registers.y, Self::direct),
            // MOV !a,Y
            0xCC => self.store(bus, self.registers.y, Self::absolute),
            // MOV X,#i
            0xCD => self.operate_x(bus, alu::load, Self::immediate),
            // POP X
            0xCE => self.registers.x = self.pop(bus),
            // MUL YA
            0xCF => self.multiply(bus),
            // BNE e
            0xD0 => self.branch(bus, !self.registers.psw.has(Psw::Z)),
            // TCALL 13
            0xD1 => self.call_table(bus, 13),
            // CLR1 d.6
            0xD2 => self.clear_bit(bus, 6),
            // BBC d.6,e
            0xD3 => self.branch_on_bit(bus, 6, false),
            // MOV d+X,A
            0xD4 => self.store(bus, self.registers.a, Self::direct_x),
            // MOV !a+X,A
            0xD5 => self.store(bus, self.registers.a, Self::absolute_x),
            // MOV !a+Y,A
            0xD6 => self.store(bus, self.registers.a, Self::absolute_y),
            // MOV [d]+Y,A
            0xD7 => self.store(bus, self.registers.a, Self::indirect_indexed_store),
            // MOV d,X
            0xD8 => self.store(bus, self.registers.x, Self::direct),
            // MOV d+Y,X
            0xD9 => self.store(bus, self.registers.x, Self::direct_y),
            // MOVW d,YA
            0xDA => self.store_word(bus),
            // MOV d+X,Y
            0xDB => self.store(bus, self.registers.y, Self::direct_x),
            // DEC Y
            0xDC => self.modify_y(bus, alu::dec),
            // MOV A,Y
            0xDD => self.move_a_y(bus),
            // CBNE d+X,e
            0xDE => self.compare_and_branch(bus, Self::direct_x),
            // DAA A
            0xDF => self.decimal_adjust(bus, alu::daa),
            // CLRV
            0xE0 => self.change_flags(bus, Psw::V | Psw::H, 0),
            // TCALL 14
            0xE1 => self.call_table(bus, 14),
            // SET1 d.7
            0xE2 => self.set_bit(bus, 7),
            // BBS d.7,e
            0xE3 => self.branch_on_bit(bus, 7, true),
            // MOV A,d
            0xE4 => self.operate_a(bus, alu::load, Self::direct),
            // MOV A,!a
            0xE5 => self.operate_a(bus, alu::load, Self::absolute),
            // MOV A,(X)
            0xE6 => self.operate_a(bus, alu::load, Self::indirect_x),
            // MOV A,[d+X]
            0xE7 => self.operate_a(bus, alu::load, Self::indexed_indirect),
            // MOV A,#i
            0xE8 => self.operate_a(bus, alu::load, Self::immediate),
            // MOV X,!a
            0xE9 => self.operate_x(bus, alu::load, Self::absolute),
            // NOT1 m.b
            0xEA => self.invert_bit(bus),
            // MOV Y,d
            0xEB => self.operate_y(bus, alu::load, Self::direct),
            // MOV Y,!a
            0xEC => self.operate_y(bus, alu::load, Self::absolute),
            // NOTC
            0xED => self.invert_carry(bus),
            // POP Y
            0xEE => self.registers.y = self.pop(bus),
            // SLEEP
            0xEF => self.halt(),
            // BEQ e
            0xF0 => self.branch(bus, self.registers.psw.has(Psw::Z)),
            // TCALL 15
            0xF1 => self.call_table(bus, 15),
            // CLR1 d.7
            0xF2 => self.clear_bit(bus, 7),
            // BBC d.7,e
            0xF3 => self.branch_on_bit(bus, 7, false),
            // MOV A,d+X
            0xF4 => self.operate_a(bus, alu::load, Self::direct_x),
            // MOV A,!a+X
            0xF5 => self.operate_a(bus, alu::load, Self::absolute_x),
            // MOV A,!a+Y
            0xF6 => self.operate_a(bus, alu::load, Self::absolute_y),
            // MOV A,[d]+Y
            0xF7 => self.operate_a(bus, alu::load, Self::indirect_indexed),
            // MOV X,d
            0xF8 => self.operate_x(bus, alu::load, Self::direct),
            // MOV X,d+Y
            0xF9 => self.operate_x(bus, alu::load, Self::direct_y),
            // MOV d,s
            0xFA => self.move_direct_direct(bus),
            // MOV Y,d+X
            0xFB => self.operate_y(bus, alu::load, Self::direct_x),
            // INC Y
            0xFC => self.modify_y(bus, alu::inc),
            // MOV Y,A
            0xFD => self.move_y_a(bus),
            // DBNZ Y,e
            0xFE => self.decrement_y_and_branch(bus),
            // STOP
            0xFF => self.halt(),
        }
    }
}
