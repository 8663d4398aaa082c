//! Runs a target's check on files, to look at a finding: `check TARGET FILE...`.

use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args();
    let target = arguments.nth(1).as_deref().and_then(tatum_robustness::target);
    let Some(target) = target else {
        eprintln!("usage: check TARGET FILE...");
        std::process::exit(2);
    };
    for path in arguments {
        let bytes = std::fs::read(&path)?;
        let started = Instant::now();
        (target.check)(&bytes);
        println!("{path}: {} bytes, {:.1} ms", bytes.len(), started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}
