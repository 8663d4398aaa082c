//! What `tatum` alone says.

/// A screen for somebody who has just got the program.
pub(super) const SCREEN: &str = "\
tatum plays Nintendo's sequenced music exactly as the console does:
Nintendo 64, Nintendo DS, Super NES.

  tatum demo                      hear a tour of the consoles (-o DIR: as WAV files)
  tatum play SONG                 hear a song, a game, a folder; see every voice
  tatum render SONG -o song.wav   make a WAV file
  tatum info SONG                 what is inside: songs, instruments, length, loop
  tatum convert IN OUT            sequences, texts, MIDI, MML: one to the other
  tatum verify golden-audio       prove that it plays exactly

SONG: .m64 .zseq .z64 .ootrs .mmrs  .sdat .nds .ncsf .sseq  .spc .sfc
      .mus .mml .smft .asm .toml
`tatum --help` lists all commands, `tatum COMMAND --help` all that one can do.
";
