//! What once broke a check, kept as `findings/TARGET/WHAT-BROKE`.

use std::path::Path;

use tatum_robustness::{TARGETS, target};

#[test]
fn what_broke_a_check_once_does_not_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
    let mut count = 0;
    for entry in std::fs::read_dir(root).expect("the findings") {
        let folder = entry.expect("an entry").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
        if !folder.is_dir() {
            continue;
        }
        let target = target(name).unwrap_or_else(|| panic!("findings/{name}: there is no such target"));
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            println!("{}", path.display());
            (target.check)(&std::fs::read(&path).expect("a finding"));
            count += 1;
        }
    }
    println!("{count} findings of {} targets", TARGETS.len());
}
