//! Results and flags of the operations (`snes-hardware.md` section 2.2), as functions of the operands.

use super::Psw;

/// OR: N, Z.
#[inline]
pub fn or(psw: &mut Psw, x: u8, y: u8) -> u8 {
    psw.set_nz(x | y);
    x | y
}

/// AND: N, Z.
#[inline]
pub fn and(psw: &mut Psw, x: u8, y: u8) -> u8 {
    psw.set_nz(x & y);
    x & y
}

/// EOR: N, Z.
#[inline]
pub fn eor(psw: &mut Psw, x: u8, y: u8) -> u8 {
    psw.set_nz(x ^ y);
    x ^ y
}

/// ADC: x + y + C with N, V, H, Z, C.
#[inline]
pub fn adc(psw: &mut Psw, x: u8, y: u8) -> u8 {
    let wide = u16::from(x) + u16::from(y) + u16::from(psw.carry());
    let [result, carry] = wide.to_le_bytes();
    psw.set(Psw::C, carry != 0);
    psw.set(Psw::H, (x ^ y ^ result) & 0x10 != 0);
    psw.set(Psw::V, !(x ^ y) & (x ^ result) & 0x80 != 0);
    psw.set_nz(result);
    result
}

/// SBC: an addition of the complement, so that C and H mean "no borrow".
#[inline]
pub fn sbc(psw: &mut Psw, x: u8, y: u8) -> u8 {
    adc(psw, x, !y)
}

/// CMP: N, Z, C of x - y. Returns `x`, the operand that stays as it is.
#[inline]
pub fn cmp(psw: &mut Psw, x: u8, y: u8) -> u8 {
    psw.set(Psw::C, x >= y);
    psw.set_nz(x.wrapping_sub(y));
    x
}

/// A move: N and Z of the new value.
#[inline]
pub fn load(psw: &mut Psw, _old: u8, new: u8) -> u8 {
    psw.set_nz(new);
    new
}

/// ASL: bit 7 goes into C.
#[inline]
pub fn asl(psw: &mut Psw, x: u8) -> u8 {
    shifted(psw, x << 1, x & 0x80)
}

/// LSR: bit 0 goes into C.
#[inline]
pub fn lsr(psw: &mut Psw, x: u8) -> u8 {
    shifted(psw, x >> 1, x & 1)
}

/// ROL: C comes in at bit 0, bit 7 goes into C.
#[inline]
pub fn rol(psw: &mut Psw, x: u8) -> u8 {
    shifted(psw, x << 1 | psw.carry(), x & 0x80)
}

/// ROR: C comes in at bit 7, bit 0 goes into C.
#[inline]
pub fn ror(psw: &mut Psw, x: u8) -> u8 {
    shifted(psw, x >> 1 | psw.carry() << 7, x & 1)
}

#[inline]
fn shifted(psw: &mut Psw, result: u8, bit_out: u8) -> u8 {
    psw.set(Psw::C, bit_out != 0);
    psw.set_nz(result);
    result
}

/// INC: N, Z.
#[inline]
pub fn inc(psw: &mut Psw, x: u8) -> u8 {
    let result = x.wrapping_add(1);
    psw.set_nz(result);
    result
}

/// DEC: N, Z.
#[inline]
pub fn dec(psw: &mut Psw, x: u8) -> u8 {
    let result = x.wrapping_sub(1);
    psw.set_nz(result);
    result
}

/// ADDW: two additions of bytes; V, H, N, C from the high one, Z from the word.
#[inline]
pub fn addw(psw: &mut Psw, x: u16, y: u16) -> u16 {
    psw.set(Psw::C, false);
    by_bytes(psw, x, y, adc)
}

/// SUBW: two subtractions of bytes; V, H, N, C from the high one, Z from the word.
#[inline]
pub fn subw(psw: &mut Psw, x: u16, y: u16) -> u16 {
    psw.set(Psw::C, true);
    by_bytes(psw, x, y, sbc)
}

#[inline]
fn by_bytes(psw: &mut Psw, x: u16, y: u16, operation: impl Fn(&mut Psw, u8, u8) -> u8) -> u16 {
    let [x_low, x_high] = x.to_le_bytes();
    let [y_low, y_high] = y.to_le_bytes();
    let low = operation(psw, x_low, y_low);
    let high = operation(psw, x_high, y_high);
    let result = u16::from_le_bytes([low, high]);
    psw.set(Psw::Z, result == 0);
    result
}

/// MOVW YA: N and Z of the new word.
#[inline]
pub fn load_word(psw: &mut Psw, _old: u16, new: u16) -> u16 {
    psw.set_nz_word(new);
    new
}

/// CMPW: C, N, Z of x - y; V and H stay.
#[inline]
pub fn cmpw(psw: &mut Psw, x: u16, y: u16) {
    psw.set(Psw::C, x >= y);
    psw.set_nz_word(x.wrapping_sub(y));
}

/// DIV YA,X: (quotient for A, remainder for Y). A quotient of more than 9 bits, and X = 0, leave the divider in
/// the states that the second formula gives.
#[must_use]
pub fn div(psw: &mut Psw, ya: u16, x: u8) -> (u8, u8) {
    let y = ya.to_le_bytes()[1];
    psw.set(Psw::H, y & 15 >= x & 15);
    psw.set(Psw::V, y >= x);
    let (dividend, divisor) = (u32::from(ya), u32::from(x));
    let (quotient, remainder) = if u32::from(y) < divisor * 2 {
        (dividend / divisor, dividend % divisor)
    } else {
        let rest = dividend - divisor * 512;
        (255_u32.wrapping_sub(rest / (256 - divisor)), divisor + rest % (256 - divisor))
    };
    let [a, ..] = quotient.to_le_bytes();
    let [y, ..] = remainder.to_le_bytes();
    psw.set_nz(a);
    (a, y)
}

/// DAA: corrects A after the addition of decimal numbers. The second test sees the first correction.
#[must_use]
pub fn daa(psw: &mut Psw, mut a: u8) -> u8 {
    if psw.has(Psw::C) || a > 0x99 {
        a = a.wrapping_add(0x60);
        psw.set(Psw::C, true);
    }
    if psw.has(Psw::H) || a & 15 > 9 {
        a = a.wrapping_add(6);
    }
    psw.set_nz(a);
    a
}

/// DAS: corrects A after the subtraction of decimal numbers.
#[must_use]
pub fn das(psw: &mut Psw, mut a: u8) -> u8 {
    if !psw.has(Psw::C) || a > 0x99 {
        a = a.wrapping_sub(0x60);
        psw.set(Psw::C, false);
    }
    if !psw.has(Psw::H) || a & 15 > 9 {
        a = a.wrapping_sub(6);
    }
    psw.set_nz(a);
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_is_exact_while_the_quotient_fits_into_nine_bits() {
        for (ya, x) in [(0_u16, 1_u8), (1000, 7), (0x1234, 0x56), (0x01FF, 1), (0xFEFF, 0x80)] {
            let (a, y) = div(&mut Psw::default(), ya, x);
            assert_eq!(u16::from(a), (ya / u16::from(x)) & 255, "{ya} / {x}");
            assert_eq!(u16::from(y), ya % u16::from(x), "{ya} / {x}");
        }
    }

    #[test]
    fn division_never_traps() {
        for x in 0..=255 {
            for ya in (0..=u16::MAX).step_by(97) {
                let _ = div(&mut Psw::default(), ya, x);
            }
        }
    }
}
