//! What the console cannot do: loops too deep, loop points in the middle of something.

use tatum_core::source::{Problem, Problems};

use super::song_length;
use crate::author::mml::song::{Item, Song};

/// Calls and loops that may be open at once.
const STACK_DEPTH: usize = 4;

/// The tick to which the song returns, 0 if nothing says another.
pub(super) fn find_loop_point(song: &Song, problems: &mut Problems) -> u64 {
    let points = || song.channels.values().filter_map(|channel| Some((channel, channel.loop_point?)));
    let Some((first, tick)) = points().next() else { return 0 };
    if !song.loops {
        let problem = Problem::warning("MML-LOOP-POINT", first.span, "`/` in a song that does not loop");
        problems.push(problem.with_hint("remove ?0"));
        return 0;
    }
    if let Some((channel, other)) = points().find(|(_, other)| *other != tick) {
        let message = format!("`/` at tick {other}, but at tick {tick} in the first channel that has one");
        let hint = "the song returns to one point";
        problems.push(Problem::error("MML-LOOP-POINT", channel.span, message).with_hint(hint));
        return 0;
    }
    if tick >= song_length(song) {
        let message = "nothing follows the loop point";
        problems.push(Problem::error("MML-LOOP-POINT", first.span, message));
    }
    for channel in song.channels.values() {
        let across = channel.items.iter().find(|item| {
            let sounding = item.sounding();
            sounding.start.rounded() < tick && tick < sounding.end.rounded()
        });
        if let Some(item) = across {
            let message = format!("this goes on across the loop point at tick {tick}");
            let hint = "end it there, in every channel";
            problems.push(Problem::error("MML-LOOP-POINT", item.sounding().span, message).with_hint(hint));
        }
    }
    tick
}

/// Complains of loops that are nested deeper than the console can.
pub(super) fn check_depth(song: &Song, problems: &mut Problems) {
    // A loop's body is made before the loops around it.
    let mut depths: Vec<usize> = Vec::with_capacity(song.blocks.len());
    let depth_of = |items: &[Item], depths: &[usize]| {
        let plays = items.iter().filter_map(|item| match item {
            Item::Play { block, passes, .. } => {
                let own = match (song.blocks[*block].is_called, *passes) {
                    (false, _) | (true, 1) => 1,
                    (true, _) => 2,
                };
                Some((own + depths.get(*block).copied().unwrap_or_default(), item.sounding().span))
            }
            _ => None,
        });
        plays.max_by_key(|(depth, _)| *depth)
    };
    for block in &song.blocks {
        let depth = depth_of(&block.items, &depths).map_or(0, |(depth, _)| depth);
        depths.push(depth);
    }
    for channel in song.channels.values() {
        if let Some((depth, span)) = depth_of(&channel.items, &depths)
            && depth > STACK_DEPTH
        {
            let message = format!("loops and calls {depth} deep");
            let hint =
                format!("the console allows {STACK_DEPTH}; a loop that is played again counts as a call");
            problems.push(Problem::error("MML-DEPTH", span, message).with_hint(hint));
        }
    }
}
