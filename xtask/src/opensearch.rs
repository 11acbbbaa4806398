//! The `OpenSearch` distribution and the Java that runs it, and how they get here.
//!
//! Maven Central has the whole server as one artifact, with all its modules and without a Java of its own.

use crate::report;
use crate::run;
use crate::tools::cache_folder;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that is tested with.
pub const VERSION: &str = "3.5.0";

/// SHA-256 of its archive.
const SHA256: &str = "b676ad392c95a94d8d2bd8785b8b922c7811536daf6a9ec0c7277a34bd8a17a9";

/// Maven's plugin that fetches an artifact, in a version that lets us say where to.
const MAVEN_COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/// The oldest Java that it runs on.
const JAVA_MIN: u32 = 21;

/// Where Linux distributions keep their Javas.
const JVMS: &str = "/usr/lib/jvm";

/// A server that can be started.
pub struct Distribution {
    /// Its unpacked archive.
    pub folder: PathBuf,
    /// Home of the Java that runs it.
    pub java: PathBuf,
}

impl Distribution {
    /// Finds the server in the cache, or fetches it there, and a Java for it. The error says what to install.
    pub fn install() -> Result<Self> {
        let java = find_java()?;
        report::line(&format!("java: {}", java.display()));
        let folder = cache_folder()?.join(format!("opensearch-{VERSION}"));
        if !folder.join("bin").join("opensearch").is_file() {
            fetch(&folder)?;
        }
        report::line(&format!("opensearch {VERSION}: {}", folder.display()));
        Ok(Self { folder, java })
    }
}

/// The home of a Java that is new enough: the one that the environment names, or any that the system has.
fn find_java() -> Result<PathBuf> {
    let named = ["OPENSEARCH_JAVA_HOME", "JAVA_HOME"].into_iter().filter_map(std::env::var_os);
    let installed = fs::read_dir(JVMS).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<(u32, PathBuf)> = named
        .map(PathBuf::from)
        .chain(installed)
        .filter_map(|home| Some((java_version(&home)?, home)))
        .filter(|(version, _)| *version >= JAVA_MIN)
        .collect();
    found.sort();
    let oldest = found.into_iter().next().map(|(_, home)| home);
    oldest.with_context(|| {
        format!(
            "OpenSearch needs Java {JAVA_MIN} or later, and there is none in {JVMS}, OPENSEARCH_JAVA_HOME or JAVA_HOME; \
             on Debian and Ubuntu: sudo apt-get install openjdk-{JAVA_MIN}-jre-headless, or a later one"
        )
    })
}

/// The version of the Java with this home.
fn java_version(home: &Path) -> Option<u32> {
    let release = fs::read_to_string(home.join("release")).ok()?;
    home.join("bin").join("java").is_file().then(|| major(&release)).flatten()
}

/// The first number of the version in the text of a Java's `release` file.
fn major(release: &str) -> Option<u32> {
    let version = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Fetches the archive, looks at its checksum and unpacks it.
fn fetch(folder: &Path) -> Result<()> {
    ensure!(
        run::find("mvn").is_some(),
        "OpenSearch comes by Maven, and there is no `mvn` in PATH; on Debian and Ubuntu: sudo apt-get install maven"
    );
    report::line(&format!("opensearch {VERSION} is not here yet; fetching it"));
    // Beside the place where it goes, so that renaming it is enough.
    let part = folder.with_file_name(format!("opensearch-{VERSION}.part"));
    let _ = fs::remove_dir_all(&part);
    fs::create_dir_all(&part).with_context(|| format!("failed to make {}", part.display()))?;
    let mut copy = Command::new("mvn");
    copy.args(["--batch-mode", "--quiet", MAVEN_COPY]);
    // What Maven itself needs for that goes again with the archive.
    copy.arg(format!("-Dmaven.repo.local={}", part.join("maven").display()));
    copy.arg(format!("-Dartifact=org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"));
    copy.arg(format!("-DoutputDirectory={}", part.display()));
    run::run(&mut copy).context("the server could not be fetched; is Maven Central reachable from here?")?;
    let archive = part.join(format!("opensearch-{VERSION}.zip"));
    check(&archive)?;
    run::run(Command::new("unzip").arg("-q").arg(&archive).arg("-d").arg(&part))
        .context("the archive could not be unpacked; on Debian and Ubuntu: sudo apt-get install unzip")?;
    fs::rename(part.join(format!("opensearch-{VERSION}")), folder)
        .with_context(|| format!("{} is not what was expected", archive.display()))?;
    Ok(fs::remove_dir_all(&part)?)
}

fn check(archive: &Path) -> Result<()> {
    let summed = run::output(Command::new("sha256sum").arg(archive)).context("`sha256sum` does not run")?;
    match summed.split_whitespace().next() {
        Some(SHA256) => Ok(()),
        found => bail!(
            "{} has the SHA-256 {} where {SHA256} is expected; it is not used",
            archive.display(),
            found.unwrap_or_default()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_java_is_its_first_number() {
        assert_eq!(major("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\n"), Some(25));
        assert_eq!(major("JAVA_VERSION=\"21\"\n"), Some(21));
        assert_eq!(major("JAVA_VERSION=\"1.8.0_402\"\n"), Some(1));
        assert_eq!(major(""), None);
    }
}
