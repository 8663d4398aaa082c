//! The sequence's own script (`n64-authoring.md` 6.2).

use std::collections::BTreeMap;

use tatum_core::source::{Problem, Problems};

use super::options::ImportOptions;
use super::score::{Change, Score};
use super::step::{Script, Song, Step, delays};
use crate::author::abi::Scope;

/// Writes the script. The channels' scripts are to follow it, by part and channel.
pub(super) fn build(song: &mut Song, score: &Score, options: &ImportOptions, problems: &mut Problems) {
    let mask = score.channels.keys().fold(0, |mask, channel| mask | 1 << channel);
    let mut steps = vec![
        Step::MuteBehavior(options.mute_behavior),
        Step::MuteScale(options.mute_scale),
        Step::EnableChannels(mask),
    ];
    song.part_names = score.parts.iter().map(|part| part.name.clone()).collect();
    let has_volume = score.changes.iter().any(|(_, change)| matches!(change, Change::MasterVolume(_)));
    let mut numbers = BTreeMap::new();
    for (number, part) in score.parts.iter().enumerate() {
        numbers.entry(part.name.as_str()).or_insert(number);
    }
    let mut changes = score.changes.iter().peekable();
    let mut now = 0;
    let mut script = 1;
    for (part, next) in score.parts.iter().enumerate().map(|(part, _)| (part, part + 1)) {
        let ticks = score.part_ticks(part);
        steps.extend(delays(ticks.start - now));
        now = ticks.start;
        steps.push(Step::Part(part));
        for channel in score.channels.keys() {
            steps.push(Step::StartChannel { channel: *channel, script });
            script += 1;
        }
        if part == 0 && !has_volume && options.master_volume != 0 {
            steps.push(Step::MasterVolume(options.master_volume));
        }
        let end = score.parts.get(next).map(|next| next.start);
        while let Some((tick, change)) = changes.next_if(|(tick, _)| end.is_none_or(|end| *tick < end)) {
            let tick = score.ticks(*tick).max(now);
            steps.extend(delays(tick - now));
            now = tick;
            steps.extend(match change {
                Change::Tempo(tempo) => Some(Step::Tempo(*tempo)),
                Change::MasterVolume(volume) => Some(Step::MasterVolume(*volume)),
                Change::Jump(name) => numbers.get(name.as_str()).copied().map(Step::JumpToPart),
            });
        }
    }
    steps.extend(delays(score.ticks(score.end).saturating_sub(now)));
    if options.smart_loop && !score.has_jumps {
        let part = usize::from(score.parts.len() > 1);
        if score.part_ticks(part).start < score.ticks(score.end) {
            steps.push(Step::JumpToPart(part));
        } else {
            let message = "the part to which the song should return has no length; it does not loop";
            problems.push(Problem::warning("MID-LOOP", None, message));
        }
    }
    steps.extend([Step::DisableChannels(mask), Step::End]);
    song.scripts.push(Script { scope: Scope::Sequence, channel: None, layer: None, is_called: false, steps });
}
