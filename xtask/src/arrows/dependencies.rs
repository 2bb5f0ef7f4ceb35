//! Declared dependencies against the rules.

use std::collections::BTreeSet;

use cargo_metadata::{Dependency, DependencyKind, Metadata, Package};

use super::Offence;
use super::rules::{Dev, Rules};

/// Every dependency that the rules do not allow, and every crate they do not know or that no longer exists.
pub(super) fn check(rules: &Rules, workspace: &Metadata) -> Vec<Offence> {
    let packages = workspace.workspace_packages();
    let own: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut offences = Vec::new();
    for package in &packages {
        for dependency in &package.dependencies {
            if own.contains(dependency.name.as_str()) {
                offences.extend(own_crate(rules, package, dependency));
            } else {
                offences.extend(library(rules, package, dependency));
            }
        }
        if !rules.crates.contains_key(package.name.as_str()) {
            offences.push(Offence {
                what: format!("{} is not in the rules", package.name),
                remedy: format!("add [crates.{}] with what it may use", package.name),
            });
        }
    }
    for name in rules.crates.keys().filter(|name| !own.contains(name.as_str())) {
        offences.push(Offence {
            what: format!("the rules name {name}, which is no crate of this workspace"),
            remedy: format!("remove [crates.{name}]"),
        });
    }
    offences
}

fn own_crate(rules: &Rules, package: &Package, dependency: &Dependency) -> Option<Offence> {
    let arrows = rules.crates.get(package.name.as_str())?;
    let used = dependency.name.as_str();
    let is_dev = dependency.kind == DependencyKind::Development;
    let listed = |list: &[String]| list.iter().any(|name| name == used);
    // A crate may name itself for its tests, to switch on its own features.
    if listed(&arrows.uses) || is_dev && (listed(&arrows.dev_uses) || used == package.name.as_str()) {
        return None;
    }
    let remedy = if is_dev {
        "test through what the crate may use, or move the test to the crate that knows both".to_owned()
    } else {
        format!("move what is needed below both crates, or let the caller of {} pass it in", package.name)
    };
    Some(Offence { what: format!("{} -> {used} ({})", package.name, kind(dependency)), remedy })
}

fn library<'a>(
    rules: &'a Rules,
    package: &'a Package,
    dependency: &'a Dependency,
) -> impl Iterator<Item = Offence> + 'a {
    let is_dev = dependency.kind == DependencyKind::Development;
    rules
        .libraries
        .iter()
        .filter(|library| library.names.contains(&dependency.name))
        .filter(|library| !library.only.iter().any(|owner| owner == package.name.as_str()))
        .filter(move |library| !(is_dev && library.dev == Dev::Any))
        .map(move |library| Offence {
            what: format!(
                "{} -> {} ({}): {} belongs to {}",
                package.name,
                dependency.name,
                kind(dependency),
                library.what,
                library.only.join(", "),
            ),
            remedy: library.remedy.clone(),
        })
}

fn kind(dependency: &Dependency) -> &'static str {
    match dependency.kind {
        DependencyKind::Development => "tests",
        DependencyKind::Build => "build script",
        _ => "code",
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const RULES: &str = r#"
        [crates.ground]
        uses = []
        [crates.upper]
        uses = ["ground"]
        [[libraries]]
        what = "the SQL library"
        names = ["sqlx"]
        only = ["ground"]
        remedy = "ask ground"
    "#;

    /// Offences of a workspace of `ground` and `upper`, given the dependency tables of both.
    fn check_workspace(ground: &str, upper: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"ground\", \"upper\"]\n");
        for (name, tables) in [("ground", ground), ("upper", upper)] {
            write(&format!("{name}/src/lib.rs"), "");
            write(
                &format!("{name}/Cargo.toml"),
                &format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{tables}"),
            );
        }
        let metadata = crate::repository::metadata(dir.path()).unwrap();
        let offences = check(&toml::from_str(RULES).unwrap(), &metadata);
        offences.iter().map(|offence| format!("{}\n  {}\n", offence.what, offence.remedy)).collect()
    }

    #[test]
    fn allowed_arrows_pass() {
        insta::assert_snapshot!(
            check_workspace(
                "[dependencies]\nsqlx = \"0.9\"\n",
                "[dependencies]\nground = { path = \"../ground\" }\n",
            ),
            @""
        );
    }

    #[test]
    fn an_arrow_upwards_is_an_offence() {
        insta::assert_snapshot!(
            check_workspace("[dev-dependencies]\nupper = { path = \"../upper\" }\n", ""),
            @r"
        ground -> upper (tests)
          test through what the crate may use, or move the test to the crate that knows both
        "
        );
    }

    #[test]
    fn a_library_outside_its_owner_is_an_offence_under_any_name() {
        insta::assert_snapshot!(
            check_workspace("", "[build-dependencies]\ndatabase = { package = \"sqlx\", version = \"0.9\" }\n"),
            @r"
        upper -> sqlx (build script): the SQL library belongs to ground
          ask ground
        "
        );
    }
}
