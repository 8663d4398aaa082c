use crate::hardware::CHANNELS;

/// Channels the surround attenuation leaves alone: the capture units read them.
const NOT_SURROUND: [usize; 2] = [1, 3];

/// Mono switch and surround attenuation: what stands between the voices and the registers (nds-driver 9.3).
#[derive(Clone, Debug, Default)]
pub(crate) struct OutputControl {
    /// Replaces every pan.
    pub master_pan: Option<u8>,
    /// 0 = off, up to 0x7FFF.
    pub surround_decay: i32,
    /// Volume of each channel before the attenuation.
    original_volume: [u8; CHANNELS],
    /// Pan of each channel before the mono switch.
    original_pan: [u8; CHANNELS],
}

impl OutputControl {
    /// The pan to write for a channel, and remembers the voice's own.
    pub(crate) fn pan(&mut self, channel: usize, pan: u8) -> u8 {
        if let Some(original) = self.original_pan.get_mut(channel) {
            *original = pan;
        }
        self.master_pan.unwrap_or(pan)
    }

    /// The pan to write when the mono switch changes.
    pub(crate) fn current_pan(&self, channel: usize) -> u8 {
        self.master_pan.unwrap_or_else(|| self.original_pan.get(channel).copied().unwrap_or(0))
    }

    /// The volume to write for a channel whose pan register is (or is being) set to `pan`, and remembers the voice's
    /// own.
    pub(crate) fn volume(&mut self, channel: usize, volume: u8, pan: u8) -> u8 {
        if let Some(original) = self.original_volume.get_mut(channel) {
            *original = volume;
        }
        if self.attenuates(channel) { attenuate(volume, pan, self.surround_decay) } else { volume }
    }

    /// The volume to write again after the pan has changed, or `None` if the channel is not attenuated.
    pub(crate) fn volume_after_pan(&self, channel: usize, pan: u8) -> Option<u8> {
        self.attenuates(channel).then(|| self.attenuated(channel, pan))
    }

    /// A channel's volume attenuated for `pan`, whether the attenuation is on or off.
    pub(crate) fn attenuated(&self, channel: usize, pan: u8) -> u8 {
        let volume = self.original_volume.get(channel).copied().unwrap_or(0);
        attenuate(volume, pan, self.surround_decay)
    }

    /// Whether surround applies to a channel at all.
    pub(crate) fn is_surround_channel(channel: usize) -> bool {
        !NOT_SURROUND.contains(&channel)
    }

    fn attenuates(&self, channel: usize) -> bool {
        self.surround_decay > 0 && Self::is_surround_channel(channel)
    }
}

/// Volume of an off-centre channel under surround attenuation.
fn attenuate(volume: u8, pan: u8, decay: i32) -> u8 {
    let (volume, pan) = (i32::from(volume), i32::from(pan));
    let factor = if pan < 24 {
        decay.wrapping_mul(pan + 40).wrapping_add((0x7FFF - decay) << 6)
    } else if pan <= 104 {
        return volume as u8;
    } else {
        decay.wrapping_neg().wrapping_mul(pan - 40).wrapping_add((decay + 0x7FFF) << 6)
    };
    (volume.wrapping_mul(factor) >> 21) as u8
}
