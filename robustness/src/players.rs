//! The contract of players (`tatum_core::Player`), for whatever song they play.

use tatum_core::{EnvelopeStage, Frame, Mutes, Player, Position, Tempo, VoiceStatus};

use crate::CHOICES;

/// A voice: its number, channel, instrument, key, the bits of its pitch, where its envelope stands.
type Sounding = (u8, Option<u8>, Option<u16>, Option<u8>, u32, EnvelopeStage);

/// What must not depend on what is muted: all but levels.
#[derive(Debug, PartialEq)]
struct Timing {
    position: Position,
    tempo: Option<Tempo>,
    has_ended: bool,
    is_faulty: bool,
    voices: Vec<Sounding>,
}

fn timing<P: Player>(player: &P) -> Timing {
    let mut voices: Vec<VoiceStatus> = Vec::new();
    player.voices(&mut voices);
    player.channels(&mut Vec::new());
    Timing {
        position: player.position(),
        tempo: player.tempo(),
        has_ended: player.has_ended(),
        is_faulty: player.fault().is_some(),
        voices: voices
            .iter()
            .map(|v| (v.voice, v.channel, v.instrument, v.key, v.pitch.to_bits(), v.stage))
            .collect(),
    }
}

/// Renders into `out` in blocks of these sizes in turn; how many frames there were before a fault.
fn render_in<P: Player>(player: &mut P, out: &mut [Frame], sizes: [usize; 2]) -> usize {
    let mut done = 0;
    for size in sizes.into_iter().cycle() {
        if done == out.len() {
            break;
        }
        let end = out.len().min(done + size);
        let count = player.render(&mut out[done..end]);
        assert!(count <= end - done);
        done += count;
        if done < end {
            assert!(player.fault().is_some(), "frames are missing without a fault");
            assert_eq!(player.render(&mut [Frame::SILENCE; 4]), 0, "a fault is the end");
            break;
        }
    }
    done
}

/// Plays so many frames: at once, in blocks, from a snapshot in the middle, and with mutes.
pub(crate) fn check<P: Player>(start: &P, frames: usize, choices: [u8; CHOICES]) {
    let [_, _, _, first, second, cut, channel, voice] = choices;
    let mut whole = vec![Frame::SILENCE; frames];
    let mut player = start.clone();
    let count = render_in(&mut player, &mut whole, [frames, frames]);
    let end = timing(&player);
    // A song that hangs takes all the commands that are allowed for a tick, in every rendering: few are rendered again.
    if player.fault().is_some() && cut % 8 != 7 {
        return;
    }

    let mut out = vec![Frame::SILENCE; frames];
    let cut = frames * usize::from(cut) / 256;
    let mut player = start.clone();
    let sizes = [usize::from(first) + 1, usize::from(second) * 8 + 1];
    let before = render_in(&mut player, &mut out[..cut], sizes);
    let snapshot = player.clone();
    if before == cut {
        render_in(&mut player, &mut out[cut..], sizes);
    }
    assert!(out == whole, "other samples in blocks of {sizes:?}");
    assert_eq!(timing(&player), end, "another state after blocks of {sizes:?}");

    if before == cut {
        let mut again = snapshot;
        out[cut..].fill(Frame::SILENCE);
        render_in(&mut again, &mut out[cut..], [frames, frames]);
        assert!(out == whole, "other samples from a snapshot at frame {cut}");
    }

    let mut muted = start.clone();
    muted.set_mutes(Mutes::NONE.with_channel(channel % 16).with_voice(voice % 24));
    assert_eq!(
        render_in(&mut muted, &mut out, [frames, frames]),
        count,
        "a mute changes where the song faults"
    );
    assert_eq!(timing(&muted), end, "a mute changes more than what is heard");
}
