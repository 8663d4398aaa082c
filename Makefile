# Everything a newcomer needs; each target does all set-up by itself.

.PHONY: demo test check bench setup

# Renders the demo song with the built-in instruments.
demo: setup
	cargo build --release --quiet
	./target/release/tatum render examples/overture.m64 -o overture.wav
	@echo
	@echo "overture.wav is a Nintendo 64 sequence, played by the console's engine with Tatum's own instruments."
	@echo "Listen to it:  aplay overture.wav   (or ffplay, mpv, any player)"
	@echo "See it played:  ./target/release/tatum play examples/overture.m64"
	@echo "Look inside:   ./target/release/tatum info examples/overture.m64"

# Every test.
test: setup
	cargo test --workspace

# What a change must pass besides the tests.
check: setup
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	cargo bench --workspace --no-run

# The figures of docs/performance.md.
bench: setup
	cargo bench --workspace

setup:
	@./scripts/setup
