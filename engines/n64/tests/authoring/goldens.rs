//! Every sequence of the golden sets comes back from a text in every dialect; the reference's texts give their bytes.

use std::path::{Path, PathBuf};

use tatum_n64::author::abi::Dialect;

use super::{assemble, built_in, problems, read, write_and_read};

/// Folders of golden sets: those in the repository, and the full ones beside it if they are there.
fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = root.join("../shared/golden");
    if !shared.is_dir() {
        println!("../shared/golden is not there: only the cases in golden-audio are tested");
    }
    [root.join("golden-audio"), shared]
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("n64-"))
        .collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

#[test]
fn sequences_come_back_in_every_dialect() {
    let mut count = 0;
    for folder in folders() {
        let mut found = Vec::new();
        files(&folder, &mut found);
        let abi = match folder.file_name().unwrap().to_str().unwrap() {
            "n64-sm64-eu" => "sm64-eu",
            "n64-oot" | "n64-mm" | "n64-sm64-sh" => "zelda",
            _ => "sm64",
        };
        for path in found.iter().filter(|path| matches!(ending(path), "m64" | "zseq" | "aseq")) {
            let bytes = std::fs::read(path).unwrap();
            if bytes.is_empty() {
                continue;
            }
            for dialect in Dialect::ALL {
                for abi in [abi, "sm64-us-strict"] {
                    write_and_read(&bytes, &built_in(abi), dialect);
                }
            }
            count += 1;
        }
    }
    assert!(count > 10, "{count} sequences");
}

/// The value of a line `key = "value"`.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    Some(line.strip_prefix(key)?.strip_prefix(" = ")?.trim_matches('"'))
}

fn cases(kind: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    folders()
        .iter()
        .filter(|folder| folder.ends_with("n64-convert"))
        .for_each(|folder| files(folder, &mut found));
    found
        .into_iter()
        .filter(|path| path.ends_with("case.toml"))
        .map(|path| (path.parent().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .filter(|(_, case)| case.lines().any(|line| value(line, "kind") == Some(kind)))
        .collect()
}

#[test]
fn conversion_cases_come_back_and_the_reference_texts_give_their_bytes() {
    for (folder, case) in cases("com") {
        let abi = built_in(case.lines().find_map(|line| value(line, "abi")).unwrap());
        let bytes = std::fs::read(folder.join("input.com")).unwrap();
        for dialect in Dialect::ALL {
            write_and_read(&bytes, &abi, dialect);
        }
        let mut text = None;
        for line in case.lines() {
            text = value(line, "file").map(|file| folder.join(file)).or(text);
            if let (Some(gives), Some(path)) = (value(line, "gives"), text.as_ref()) {
                let found =
                    assemble(&path.display().to_string(), &std::fs::read_to_string(path).unwrap(), &abi);
                assert_eq!(
                    found.as_deref(),
                    Ok(&*std::fs::read(folder.join(gives)).unwrap()),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

/// What our texts have in common with the reference's: everything but comments, except where the reference is known
/// to lose something.
#[test]
fn our_texts_are_those_of_the_reference() {
    // The reference drops the padding of one, and cannot tell the tables of the other apart.
    const DIFFERENT: [&str; 2] = ["com-padded-zelda", "com-dyntable-mixed"];
    for (folder, case) in cases("com") {
        let abi = built_in(case.lines().find_map(|line| value(line, "abi")).unwrap());
        let bytes = std::fs::read(folder.join("input.com")).unwrap();
        if DIFFERENT.iter().any(|name| folder.ends_with(name)) {
            continue;
        }
        for dialect in Dialect::ALL {
            let path = folder.join(format!("{}.mus", dialect.name()));
            let Ok(theirs) = std::fs::read_to_string(&path) else { continue };
            let ours = write_and_read(&bytes, &abi, dialect);
            assert_eq!(without_comments(&ours), without_comments(&theirs), "{}", path.display());
        }
    }
}

fn without_comments(text: &str) -> Vec<String> {
    const FORCE_WIDE: &str = "; FORCE LEN 2";
    text.lines()
        .map(|line| {
            let code = match line.split_once(';') {
                Some((code, _)) if !line.starts_with('#') => code.trim_end(),
                _ => line.trim_end(),
            };
            if line.contains(FORCE_WIDE) { format!("{code} {FORCE_WIDE}") } else { code.to_owned() }
        })
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn hand_written_texts_give_their_bytes() {
    for (folder, case) in cases("mus") {
        let abi = built_in(case.lines().find_map(|line| value(line, "abi")).unwrap());
        let found = assemble("input.mus", &std::fs::read_to_string(folder.join("input.mus")).unwrap(), &abi);
        assert_eq!(
            found.as_deref(),
            Ok(&*std::fs::read(folder.join("output.com")).unwrap()),
            "{}",
            folder.display()
        );
    }
}

#[test]
fn faulty_texts_are_told_what_is_wrong_with_them() {
    let tables = folders().into_iter().map(|folder| folder.join("malformed/expected.tsv"));
    for table in tables.filter(|table| table.is_file()) {
        for row in std::fs::read_to_string(&table).unwrap().lines().skip(1) {
            let columns: Vec<_> = row.split('\t').collect();
            let [file, severity, line, column, code, ..] = columns.as_slice() else { panic!("{row}") };
            if !file.ends_with(".mus") {
                continue;
            }
            let abi = built_in(if file.ends_with(".eu.mus") { "sm64-eu" } else { "sm64" });
            let text = std::fs::read_to_string(table.with_file_name(file)).unwrap();
            let (mut reading, sources) = read(file, &text, &abi);
            let _ = reading.assemble(&sources, &abi);
            let found = problems(&reading, &sources);
            let expected = format!("{file}:{line}:{column}: {severity}[{code}]: ");
            assert!(
                found.first().is_some_and(|first| first.starts_with(&expected)),
                "{expected}\n{found:#?}"
            );
        }
    }
}
