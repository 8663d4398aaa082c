; A tune for the Super NES in the song language of A Link to the Past's composers.
;
;   tatum play examples/snes-hello.asm              hear it
;   tatum render examples/snes-hello.asm            to a WAV file
;   tatum convert examples/snes-hello.asm hello.bin its bytes
;
; docs/snes-writing.md explains every line.

!ARAM = $D046

!LEAD = !FLUTE
!BASS = !STRINGSB

%song("Hello", 3, 1)

	; Played once: what every track must set, and a short rest so that all of them get there.
	%segment("init")
		%track("lead")
			db !master_volume, 200
			db !tempo, bpm(110)
			db !echo_set, %00000011, 40, 40
			db !echo_props, 2, 60, 0
			db !instr, !LEAD
			db !volume, 220
			db !transpose, 0
			db !32, !n, R
			db !PART_END
		%track("chords")
			db !instr, !PIANO
			db !volume, 150
			db !transpose, 0
			db !pan, 13
			db !32, !n, R
			db !PART_END
		%track("bass")
			db !instr, !BASS
			db !volume, 200
			db !transpose, 0
			db !32, !n, R
			db !PART_END
		%track("drums")
			db !setpbase, !PERC_BASE
			db !volume, 140
			db !32, !n, R
			db !PART_END

	%segment("verse")
		%track("lead")
			db !vibrato, 20, 30, 40
			db !4, !n, E4, G4, A4, G4, !slide_once, 40, 20, A4
			db !8, C5, B4, !4, A4, G4, !tie
			db !4, D4, E4, G4, E4
			db !8, D4, E4, !4, D4, C4, !tie
			db !vibrato_off
			db !PART_END
		%track("chords")
			%playpart("C", 2)
			%playpart("F", 1)
			%playpart("C", 1)
			%playpart("G", 1)
			%playpart("C", 1)
			%playpart("G", 1)
			%playpart("C", 1)
			db !PART_END
		%track("bass")
			db !4, $6C, C2, G2, C2, G2
			db F2, C3, C2, G2
			db G2, D2, C2, G2
			db G2, D2, C2, C2
			db !PART_END
		%track("drums")
			%playpart("beat", 8)
			db !PART_END

	; Places that tracks call.
	%part("C")
		db !8, $5A, E3, G3, C4, G3
		db !PART_END
	%part("F")
		db !8, $5A, F3, A3, C4, A3
		db !PART_END
	%part("G")
		db !8, $5A, D3, G3, B3, G3
		db !PART_END
	%part("beat")
		db !8, $5C, TMP, !16, $3A, SNR, SNR, !8, $5C, SNR2, SNR
		db !PART_END

	; Again, with other pointers to the same data: this costs 16 bytes.
	%segment("refrain")
		%repeattrackfromseg("verse", "lead")
		%repeattrackfromseg("verse", "chords")
		%silenttrack()
		%repeattrackfromseg("verse", "drums")
%endsong()
