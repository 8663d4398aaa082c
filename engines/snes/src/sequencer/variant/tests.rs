use super::*;

fn variant(id: &str) -> &'static Variant {
    Variant::from_id(id).unwrap_or_else(|| panic!("{id} is a variant"))
}

/// Bytes and arguments as the specification lists them.
fn check_commands(id: &str, expected: &[(u8, Meaning, u8)]) {
    for &(byte, meaning, arguments) in expected {
        assert_eq!(variant(id).meaning(byte), Some(meaning), "{id} {byte:02X}");
        assert_eq!(meaning.argument_count(), arguments, "{id} {byte:02X}");
    }
}

#[test]
fn ids_are_unique_and_only_one_variant_is_verified() {
    for variant in VARIANTS {
        assert!(variant.id.starts_with("n-spc-"), "{}", variant.id);
        assert!(std::ptr::eq(Variant::from_id(variant.id).unwrap(), variant), "{}", variant.id);
        assert_eq!(variant.evidence == Evidence::Verified, variant.id == "n-spc-alttp");
    }
    assert!(Variant::from_id("n-spc").is_none());
}

#[test]
fn the_codes_of_every_variant_fit_its_commands() {
    for variant in VARIANTS {
        let Codes { tie, rest, first_percussion, first_command, call, pitch_slide } = variant.codes;
        assert_eq!(variant.meaning(call), Some(Meaning::Command(Command::Call)), "{}", variant.id);
        assert_eq!(
            variant.meaning(pitch_slide),
            Some(Meaning::Command(Command::PitchSlide)),
            "{}",
            variant.id
        );
        assert!(tie < rest && rest < first_percussion && first_percussion < first_command, "{}", variant.id);
        assert_eq!(variant.meaning(first_command - 1), None, "{}", variant.id);
        assert!(usize::from(first_command) + variant.commands.len() <= 0x100, "{}", variant.id);
    }
}

#[test]
fn the_standard_numbering_is_that_of_a_link_to_the_past() {
    for byte in 0xE0..=0xFF {
        let command = Command::from_byte(byte).map(Meaning::Command);
        assert_eq!(A_LINK_TO_THE_PAST.meaning(byte), command, "{byte:02X}");
        assert_eq!(variant("n-spc-yi").meaning(byte), command, "{byte:02X}");
    }
}

#[test]
fn super_mario_world_is_numbered_from_da() {
    use Command::*;
    check_commands(
        "n-spc-smw",
        &[
            (0xDA, Meaning::Command(Instrument), 1),
            (0xDB, Meaning::Command(Pan), 1),
            (0xDC, Meaning::Command(PanSlide), 2),
            (0xDD, Meaning::Command(PitchSlide), 3),
            (0xDE, Meaning::Command(Vibrato), 3),
            (0xDF, Meaning::Command(VibratoOff), 0),
            (0xE0, Meaning::Command(MasterVolume), 1),
            (0xE1, Meaning::Command(MasterVolumeSlide), 2),
            (0xE2, Meaning::Command(Tempo), 1),
            (0xE3, Meaning::Command(TempoSlide), 2),
            (0xE4, Meaning::Command(GlobalTranspose), 1),
            (0xE5, Meaning::Command(Tremolo), 3),
            (0xE6, Meaning::Command(TremoloOff), 0),
            (0xE7, Meaning::Command(Volume), 1),
            (0xE8, Meaning::Command(VolumeSlide), 2),
            (0xE9, Meaning::Command(Call), 3),
            (0xEA, Meaning::Command(VibratoFade), 1),
            (0xEB, Meaning::Command(SlideTo), 3),
            (0xEC, Meaning::Command(SlideFrom), 3),
            (0xED, Meaning::Undocumented, 0),
            (0xEE, Meaning::Command(FineTune), 1),
            (0xEF, Meaning::Command(EchoOn), 3),
            (0xF0, Meaning::Command(EchoOff), 0),
            (0xF1, Meaning::Command(EchoParameters), 3),
            (0xF2, Meaning::Command(EchoSlide), 3),
        ],
    );
    let smw = variant("n-spc-smw");
    assert_eq!(smw.meaning(0xF3), None);
    assert_eq!(smw.instrument.size, 5);
    let notes: Vec<u8> = (0x80..=0xFF).filter(|&byte| smw.is_note(byte)).collect();
    assert_eq!(notes, (0x80..=0xC5).chain(0xD0..=0xD9).collect::<Vec<u8>>());
}

#[test]
fn variants_have_their_own_commands_behind_the_standard_ones() {
    check_commands(
        "n-spc-sm",
        &[
            (0xFB, Meaning::Ignored(2), 2),
            (0xFC, Meaning::Own(OwnCommand::Silence), 0),
            (0xFD, Meaning::Own(OwnCommand::FastForward), 0),
            (0xFE, Meaning::Own(OwnCommand::NormalSpeed), 0),
        ],
    );
    check_commands(
        "n-spc-marvelous",
        &[
            (0xFB, Meaning::Own(OwnCommand::InstrumentAndEnvelope), 3),
            (0xFC, Meaning::Undocumented, 0),
            (0xFD, Meaning::Command(Command::Instrument), 1),
        ],
    );
    check_commands(
        "n-spc-konami",
        &[
            (0xE4, Meaning::Ignored(2), 2),
            (0xE5, Meaning::Own(OwnCommand::RepeatStart), 0),
            (0xE6, Meaning::Own(OwnCommand::RepeatEnd), 3),
            (0xE8, Meaning::Ignored(2), 2),
            (0xE9, Meaning::Ignored(1), 1),
            (0xF5, Meaning::Ignored(0), 0),
            (0xF8, Meaning::Ignored(0), 0),
            (0xF9, Meaning::Command(Command::PitchSlide), 3),
            (0xFB, Meaning::Own(OwnCommand::Envelope), 3),
        ],
    );
}

#[test]
fn shifted_commands_end_where_the_specification_says() {
    let last = Meaning::Command(Command::PercussionBase);
    for (id, end) in [("n-spc-fe3", 0xF0), ("n-spc-ta", 0xF4)] {
        check_commands(id, &[(end, last, 1), (0xFD, Meaning::Undocumented, 0)]);
        assert_eq!(variant(id).meaning(0xFE), None, "{id}");
        assert_eq!(variant(id).meaning(end - 26), Some(Meaning::Command(Command::Instrument)), "{id}");
    }
}

#[test]
fn pan_tables_are_mirrored_or_linear() {
    let hal = variant("n-spc-hal").pan;
    assert_eq!((hal[0], hal[10], hal[20]), (127, 81, 0));
    let tose = variant("n-spc-tose").pan;
    assert_eq!((tose[0], tose[5], tose[10], tose[20]), (2, 65, 127, 127));
}

#[test]
fn a_look_ahead_passes_over_arguments() {
    assert_eq!(A_LINK_TO_THE_PAST.arguments_to_skip(0xFB), 2);
    assert_eq!(variant("n-spc-smw").arguments_to_skip(0xDE), 3);
    assert_eq!(variant("n-spc-smw").arguments_to_skip(0xF3), 0);
    assert_eq!(variant("n-spc-sm").arguments_to_skip(0xFB), 2);
}
