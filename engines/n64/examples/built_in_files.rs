//! Writes the files of the built-in instruments anew, after a change of an instrument or of the encoder:
//! `cargo run --release -p tatum-n64 --example built_in_files`.

use std::path::Path;

use tatum_n64::author::built_in;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/author/built_in/files");
    let made = built_in::make();
    for (name, bytes) in [
        ("built_in.ctl", &made.ctl),
        ("built_in.tbl", &made.tbl),
        ("shindou.font", &made.shindou_font),
        ("zelda.font", &made.zelda_font),
    ] {
        std::fs::write(folder.join(name), bytes)?;
        println!("{name}: {} bytes", bytes.len());
    }
    Ok(())
}
