//! The I/O block, through small programs that report on port 0.

use tatum_core::{Frame, Player, Probe};
use tatum_snes::format::SpcFile;
use tatum_snes::hardware::PortWrite;
use tatum_snes::{Event, Port, SpcPlayer};

/// What the program wrote into its ports: cycle, port, value.
#[derive(Default)]
struct PortLog(Vec<(u64, u8, u8)>);

impl Probe<Event> for PortLog {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Event::PortWrite { cycle, port, value } = event() {
            self.0.push((cycle, port.number(), value));
        }
    }
}

/// Runs a program at $0400 for some frames, on both paths, which must report the same.
fn run(program: &[u8], inputs: &[PortWrite], frames: usize) -> Vec<(u64, u8, u8)> {
    let mut file = SpcFile::default();
    for address in 0..0x0400 {
        file.ram.write(address, 0);
    }
    for (address, &byte) in (0x0400..).zip(program) {
        file.ram.write(address, byte);
    }
    file.registers.pc = 0x0400;
    file.registers.psw.0 = 0;
    let reports = [true, false].map(|shortcuts| {
        let mut player = SpcPlayer::new(&file);
        player.set_shortcuts(shortcuts);
        for &input in inputs {
            player.schedule_port_write(input);
        }
        let mut log = PortLog::default();
        player.render_with_probe(&mut vec![Frame::SILENCE; frames], &mut log);
        log.0
    });
    assert_eq!(reports[0], reports[1]);
    let [report, _] = reports;
    report
}

const HALT: u8 = 0xFF;

#[test]
fn a_program_that_waits_for_a_port_goes_on_when_the_value_comes() {
    let program = [
        0xE4, 0xF4, // wait: MOV A,$F4 (cycles 1 to 3 of 7)
        0xF0, 0xFC, // BEQ wait
        0xC4, 0xF4, // MOV $F4,A
        HALT,
    ];
    let input = PortWrite { cycle: 50_001, port: Port::Port0, value: 7 };
    let report = run(&program, &[input], 2000);
    // Reads are cycles 3, 10, 17 ...: number 50001 = 3 + 7 * 7142.57; 50004 is the first after cycle 50001.
    let read = (0..).map(|round| 3 + 7 * round).find(|cycle| *cycle > 50_001).unwrap();
    assert_eq!(report, [(read + 2 + 4, 0, 7)]);
}

#[test]
fn control_clears_input_ports_in_pairs_and_leaves_outputs_alone() {
    let program = [
        0x8F, 0x55, 0xF4, // MOV $F4,#$55
        0x8F, 0x10, 0xF1, // MOV $F1,#$10
        0xFA, 0xF4, 0xF5, // MOV $F5,$F4: cleared
        0xFA, 0xF6, 0xF7, // MOV $F7,$F6: as it was
        HALT,
    ];
    let inputs = [Port::Port0, Port::Port2].map(|port| PortWrite { cycle: 0, port, value: 9 });
    let values: Vec<(u8, u8)> =
        run(&program, &inputs, 10).into_iter().map(|(_, port, value)| (port, value)).collect();
    assert_eq!(values, [(0, 0x55), (1, 0), (3, 9)]);
}

/// Starts timer 2 with target 1, writes TEST, waits 300 cycles or more, reports the timer's count.
fn count_after(prelude: &[u8], test: u8) -> u8 {
    let mut program = prelude.to_vec();
    program.extend([
        0xE8, 0x01, // MOV A,#1
        0xC5, 0xFC, 0x00, // MOV !$00FC,A
        0xE8, 0x04, // MOV A,#4
        0xC5, 0xF1, 0x00, // MOV !$00F1,A
        0xE8, test, // MOV A,#test
        0xC5, 0xF0, 0x00, // MOV !$00F0,A
        0x8D, 0x14, // MOV Y,#20
        0xFE, 0xFE, // DBNZ Y,*
        0xE5, 0xFF, 0x00, // MOV A,!$00FF
        0xC5, 0xF4, 0x00, // MOV !$00F4,A
        HALT,
    ]);
    run(&program, &[], 200)[0].2
}

#[test]
fn test_stops_the_timers_unless_the_direct_page_is_page_one() {
    const CLRP: u8 = 0x20;
    const SETP: u8 = 0x40;
    let running = count_after(&[CLRP], 0x0A);
    assert!((7..10).contains(&running), "20 rounds of 6 cycles are 120 cycles: {running}");
    assert!(count_after(&[CLRP], 0x02) <= 2, "timers-enable is clear");
    assert!(count_after(&[CLRP], 0x0B) <= 2, "timers-disable is set");
    assert_eq!(count_after(&[SETP], 0x0B), running, "TEST does not listen while P is set");
}

#[test]
fn test_makes_cycles_longer() {
    let cycle_of_report = |test: u8| {
        let program = [
            0x8F, test, 0xF0, // MOV $F0,#test: 5 cycles
            0x00, // NOP: two cycles of RAM
            0x00, // NOP
            0xC4, 0xF4, // MOV $F4,A: two of RAM, two of I/O
            HALT,
        ];
        run(&program, &[], 10)[0].0
    };
    assert_eq!(cycle_of_report(0x0A), 5 + 6 + 2);
    assert_eq!(cycle_of_report(0x1A), 5 + 6 * 2 + 2, "RAM at half speed");
    assert_eq!(cycle_of_report(0x2A), 5 + 6 * 5 + 2, "RAM at a fifth");
    assert_eq!(cycle_of_report(0xCA), 5 + 6 + 2 * 10, "I/O at a tenth");
}

#[test]
fn test_can_protect_the_ram() {
    let program = [
        0x8F, 0x11, 0x20, // MOV $20,#$11
        0x8F, 0x08, 0xF0, // MOV $F0,#$08: RAM write enable is clear
        0x8F, 0x22, 0x20, // MOV $20,#$22: lost
        0xFA, 0x20, 0xF4, // MOV $F4,$20
        HALT,
    ];
    assert_eq!(run(&program, &[], 10)[0].2, 0x11);
}

#[test]
fn a_halted_processor_is_reported_once_and_the_dsp_goes_on() {
    let mut file = SpcFile::default();
    file.registers.pc = 0x1234;
    let mut player = SpcPlayer::new(&file);
    let mut frames = vec![Frame::SILENCE; 100];
    for _ in 0..3 {
        assert_eq!(player.render(&mut frames), 100);
    }
    assert!(player.has_ended());
    let entries = player.diagnostics().entries();
    assert_eq!(entries.len(), 1);
    assert!(entries[0].to_string().contains("CPU halted at $1234"), "{}", entries[0]);
}
