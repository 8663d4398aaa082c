# Everything a newcomer needs; each target does all set-up by itself.

.PHONY: demo install test test-live test-long check bench book pictures licences fuzz setup

PREFIX ?= /usr/local
# Seconds for each fuzz target.
FUZZ_SECONDS ?= 600

# Renders the demo song with the built-in instruments.
demo: setup
	cargo build --release --quiet
	./target/release/tatum render examples/overture.m64 -o overture.wav
	@echo
	@echo "overture.wav is a Nintendo 64 sequence, played by the console's engine with Tatum's own instruments."
	@echo "Listen to it:  aplay overture.wav   (or ffplay, mpv, any player)"
	@echo "See it played:  ./target/release/tatum play examples/overture.m64"
	@echo "Look inside:   ./target/release/tatum info examples/overture.m64"
	@echo "All consoles:  ./target/release/tatum demo"

# The program, its manual and its completions under PREFIX.
install: setup
	cargo build --release --quiet
	./scripts/install target/release/tatum "$(DESTDIR)$(PREFIX)"

# Every test.
test: setup
	cargo test --workspace

# A minute of sound in real time while all processors are busy, and a device that vanishes; through a PulseAudio of the test's own.
test-live: setup
	@if command -v pulseaudio >/dev/null 2>&1 && ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so >/dev/null 2>&1; \
	then TATUM_REALTIME_TEST=1 cargo test --workspace --test live real_time; \
	else echo "PulseAudio and ALSA's plugin for it are not installed: nothing is played in real time"; fi

# The checks of all readers and players on 20,000 mutants of good files each.
test-long: setup
	TATUM_MUTANTS=$${TATUM_MUTANTS:-20000} cargo test -p tatum-robustness -- --nocapture

# Every fuzz target in turn; needs a nightly compiler and cargo-fuzz.
fuzz:
	./scripts/fuzz $(FUZZ_SECONDS)

# What a change must pass besides the tests. Clippy compiles the benches too.
check: setup
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy -p tatum --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	./scripts/check-rust-version
	./scripts/check-packages
	./scripts/book

# The figures of docs/performance.md.
bench: setup
	cargo bench --workspace

# docs/ as pages, in target/book.
book:
	./scripts/book --install

# The pictures of the README: the terminal display, a verify report.
pictures: setup
	./scripts/pictures

# docs/licences.md anew; with cargo-deny, all of deny.toml is checked too.
licences: setup
	TATUM_WRITE_LICENCES=1 cargo test -p tatum --test licences
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --all-features check licenses bans sources; \
	else echo "cargo-deny is not installed: only the licences of a Linux build are checked"; fi

setup:
	@./scripts/setup
