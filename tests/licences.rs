//! The licences of everything that is linked into the program, against docs/licences.md and what deny.toml allows.
//!
//! `make licences` writes the list anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The list is that of Linux: what other systems need instead is not on every machine that tests.
const TARGET: &str = "x86_64-unknown-linux-gnu";

struct Dependency {
    name: String,
    version: String,
    licence: String,
}

/// What the program is linked with or built by; tests and benches have more.
fn dependencies() -> Vec<Dependency> {
    let metadata = |more: &[&str]| {
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET])
            .args(more)
            .current_dir(ROOT)
            .output()
            .expect("cargo runs")
    };
    let mut output = metadata(&["--offline"]);
    if !output.status.success() {
        // On another system than the list's its packages may have to be fetched first.
        output = metadata(&[]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let nodes: BTreeMap<&str, &Value> = json["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let packages: BTreeMap<&str, &Value> = json["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package))
        .collect();
    let root = packages.iter().find(|(_, package)| package["name"] == "tatum").map(|(id, _)| *id).unwrap();
    let (mut seen, mut waiting) = (BTreeSet::from([root]), vec![root]);
    while let Some(id) = waiting.pop() {
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let is_for_tests =
                dependency["dep_kinds"].as_array().unwrap().iter().all(|kind| kind["kind"] == "dev");
            let id = dependency["pkg"].as_str().unwrap();
            if !is_for_tests && seen.insert(id) {
                waiting.push(id);
            }
        }
    }
    let text = |package: &Value, field: &str| package[field].as_str().unwrap_or("none given").to_owned();
    let mut list: Vec<Dependency> = seen
        .iter()
        .map(|id| packages[id])
        .filter(|package| !package["source"].is_null())
        .map(|package| Dependency {
            name: text(package, "name"),
            version: text(package, "version"),
            licence: text(package, "license").replace('/', " OR "),
        })
        .collect();
    list.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    list
}

fn allowed() -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(ROOT).join("deny.toml")).expect("deny.toml");
    let table: toml::Table = text.parse().expect("deny.toml is TOML");
    let list = table["licenses"]["allow"].as_array().expect("a list");
    list.iter().map(|licence| licence.as_str().expect("a name").to_owned()).collect()
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    for Dependency { name, version, licence } in dependencies() {
        let expression = spdx::Expression::parse_mode(&licence, spdx::ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{name} {version}: {error}"));
        let is_allowed = |requirement: &spdx::LicenseReq| allowed.contains(&requirement.to_string());
        assert!(expression.evaluate(is_allowed), "{name} {version}: {licence} is not among {allowed:?}");
    }
}

#[test]
fn the_list_of_licences_is_that_of_the_dependencies() {
    let mut list = String::from(
        "# Licences of what Tatum is built with\n\n\
         Tatum itself is MIT or Apache-2.0, at your choice. These are the crates that a Linux build of the program with all its features\n\
         links or runs while it is built; `deny.toml` says which licences are allowed. `make licences` writes this file, a test compares it.\n\n\
         | crate | version | licence |\n|---|---|---|\n",
    );
    for Dependency { name, version, licence } in dependencies() {
        writeln!(list, "| {name} | {version} | {licence} |").unwrap();
    }
    let path = Path::new(ROOT).join("docs/licences.md");
    if std::env::var_os("TATUM_WRITE_LICENCES").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == list, "docs/licences.md is not up to date: run make licences");
}
