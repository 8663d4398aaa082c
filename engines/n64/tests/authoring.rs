//! Sequences taken apart and put together again, as bytes and as text.

use std::path::PathBuf;

use tatum_core::source::Sources;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect};
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::text::{read_text, write_text};

/// The full set of conversion cases, if it is there.
fn golden() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/n64-convert");
    path.is_dir().then_some(path)
}

fn built_in(id: &str) -> AbiDefinition {
    BuiltInAbi::ALL.into_iter().find(|abi| abi.id() == id).expect("a built-in table").definition()
}

/// Taking bytes apart and putting them together gives the same, whatever they are.
#[test]
fn any_bytes_come_back() {
    arbtest::arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let bytes: Vec<u8> = u.arbitrary()?;
        if bytes.is_empty() {
            return Ok(());
        }
        let disassembly = disassemble("arbitrary", &bytes, &abi).unwrap();
        let assembly = assemble(&disassembly.sequence, &abi)
            .unwrap_or_else(|errors| panic!("{errors:?}\n{bytes:02x?}\n{:#?}", disassembly.sequence));
        assert_eq!(assembly.bytes, bytes, "{:#?}", disassembly.sequence);
        Ok(())
    });
}

/// A sequence written as text and read back.
fn through_text(bytes: &[u8], abi: &AbiDefinition, dialect: Dialect) -> Vec<u8> {
    let disassembly = disassemble("song", bytes, abi).unwrap();
    let text = write_text(&disassembly.sequence, abi, dialect, "seq").unwrap();
    let mut sources = Sources::default();
    let file = sources.add("song.mus", text.as_str());
    let mut reading = read_text(&mut sources, file, abi, &mut |_, _| None);
    let assembly = reading.assemble(&sources, abi);
    let tell = || {
        let problems: Vec<_> =
            reading.problems.entries().iter().map(|p| p.display(&sources).to_string()).collect();
        format!("{bytes:02x?}\n{text}\n{}", problems.join("\n"))
    };
    let assembly = assembly.unwrap_or_else(|| panic!("{}", tell()));
    if assembly.bytes != bytes {
        println!("{:02x?}", assembly.bytes);
        panic!("{}", tell());
    }
    assembly.bytes
}

/// Any bytes come back from a text in any dialect.
#[test]
fn any_bytes_come_back_from_texts() {
    arbtest::arbtest(|u| {
        let abi = u.choose(&BuiltInAbi::ALL)?.definition();
        let dialect = *u.choose(&Dialect::ALL)?;
        let bytes: Vec<u8> = u.arbitrary()?;
        if !bytes.is_empty() {
            through_text(&bytes, &abi, dialect);
        }
        Ok(())
    });
}

#[test]
fn golden_write() {
    let Some(golden) = golden() else { return };
    for entry in std::fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(path.join("input.com")) else { continue };
        let case = std::fs::read_to_string(path.join("case.toml")).unwrap();
        let id = case.lines().find_map(|l| l.strip_prefix("abi = ")).unwrap().trim_matches('"');
        let abi = built_in(id);
        for d in Dialect::ALL {
            through_text(&bytes, &abi, d);
            let dis = disassemble("x", &bytes, &abi).unwrap();
            let t = write_text(&dis.sequence, &abi, d, "seq").unwrap();
            let out = format!("/tmp/mus/out/{}", path.file_name().unwrap().display());
            std::fs::create_dir_all(&out).unwrap();
            std::fs::write(format!("{out}/{}.mus", d.name()), t).unwrap();
        }
    }
}

#[test]
fn golden_texts() {
    let Some(golden) = golden() else { return };
    let mut bad = 0;
    for entry in std::fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        let Ok(case) = std::fs::read_to_string(path.join("case.toml")) else { continue };
        let Some(id) = case.lines().find_map(|l| l.strip_prefix("abi = ")) else { continue };
        let abi = built_in(id.trim_matches('"'));
        let mut list = vec![];
        let mut file = None;
        for l in case.lines() {
            if let Some(f) = l.strip_prefix("file = ") {
                file = Some(f.trim_matches('"').to_owned());
            }
            if let Some(f) = l.strip_prefix("gives = ") {
                list.push((file.take().unwrap(), f.trim_matches('"').to_owned()));
            }
        }
        if case.contains("kind = \"mus\"") {
            list.push(("input.mus".into(), "output.com".into()));
        }
        for (f, gives) in list {
            let text = std::fs::read_to_string(path.join(&f)).unwrap();
            let mut sources = Sources::default();
            let n = sources.add(format!("{}/{f}", path.file_name().unwrap().display()), text);
            let mut r = read_text(&mut sources, n, &abi, &mut |_, _| None);
            let a = r.assemble(&sources, &abi);
            for p in r.problems.entries() {
                println!("{}", p.display(&sources));
            }
            let want = std::fs::read(path.join(gives)).unwrap();
            if a.as_ref().map(|a| &a.bytes) != Some(&want) {
                bad += 1;
                println!("DIFF {path:?} {f}");
            }
        }
    }
    assert_eq!(bad, 0);
}

#[test]
fn malformed() {
    let Some(golden) = golden() else { return };
    let golden = golden.join("malformed");
    let mut bad = 0;
    for row in std::fs::read_to_string(golden.join("expected.tsv")).unwrap().lines().skip(1) {
        let c: Vec<_> = row.split('\t').collect();
        if !c[0].ends_with(".mus") {
            continue;
        }
        let abi = built_in(if c[0].contains(".eu.") { "sm64-eu" } else { "sm64" });
        let mut sources = Sources::default();
        let n = sources.add(c[0], std::fs::read_to_string(golden.join(c[0])).unwrap());
        let mut r = read_text(&mut sources, n, &abi, &mut |_, _| None);
        let _ = r.assemble(&sources, &abi);
        let want = format!("{}:{}:{}: {}[{}]", c[0], c[2], c[3], c[1], c[4]);
        let got: Vec<_> = r.problems.entries().iter().map(|p| p.display(&sources).to_string()).collect();
        if !got.first().is_some_and(|g| g.starts_with(&want)) {
            bad += 1;
            println!("WANT {want}: {} ; {}\n  {got:#?}", c[5], c.get(6).unwrap_or(&""));
        } else {
            println!("ok {got:#?}");
        }
    }
    assert_eq!(bad, 0);
}
