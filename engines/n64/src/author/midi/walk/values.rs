//! Values that scripts compute and branch on, as far as a walk knows them.
//!
//! Scripts are walked one after the other, so what one writes for another while both run is not seen: ports have what
//! somebody says the game has written, and what the script itself has stored since.

use std::collections::BTreeMap;

/// Ports of a script.
const PORTS: usize = 8;
/// Ports of a channel that forget their value when it is read.
const FORGETFUL_PORTS: usize = 2;
/// What is in a port that nobody has written.
const NOTHING: i8 = -1;

/// What the game has written: values of ports, by channel; without a channel, of the sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports(BTreeMap<(Option<u8>, u8), i8>);

impl Ports {
    /// Sets a port, 0 to 7.
    pub fn set(&mut self, channel: Option<u8>, port: u8, value: i8) {
        self.0.insert((channel, port), value);
    }

    fn of(&self, channel: Option<u8>) -> [i8; PORTS] {
        let mut ports = [NOTHING; PORTS];
        for (port, value) in (0_u8..).zip(&mut ports) {
            *value = self.0.get(&(channel, port)).copied().unwrap_or(NOTHING);
        }
        ports
    }
}

/// The values of a script that computes them.
#[derive(Clone, Debug)]
pub(super) struct Values {
    register: i8,
    ports: [i8; PORTS],
    is_channel: bool,
}

impl Values {
    pub(super) fn new(ports: &Ports, channel: Option<u8>) -> Self {
        Self { register: 0, ports: ports.of(channel), is_channel: channel.is_some() }
    }

    /// Sets the register.
    pub(super) const fn set(&mut self, value: i8) {
        self.register = value;
    }

    /// Executes a command that computes something, by the community's name; others do nothing.
    pub(super) fn execute(&mut self, name: &str, operand: i32) {
        let (byte, port) = (operand as i8, operand as usize % PORTS);
        match name {
            "ldi" => self.register = byte,
            "sub" => self.register = self.register.wrapping_sub(byte),
            "and" => self.register &= byte,
            "stio" => self.ports[port] = self.register,
            "subio" => self.register = self.register.wrapping_sub(self.ports[port]),
            "ldio" => {
                self.register = self.ports[port];
                if self.is_channel && port < FORGETFUL_PORTS {
                    self.ports[port] = NOTHING;
                }
            }
            _ => {}
        }
    }

    /// Whether a branch is taken.
    pub(super) fn takes(&self, name: &str) -> bool {
        match name {
            "beqz" | "rbeqz" => self.register == 0,
            "bltz" | "rbltz" => self.register < 0,
            "bgez" => self.register >= 0,
            _ => false,
        }
    }
}
