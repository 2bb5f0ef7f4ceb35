//! With the feature `embed-console`: compresses `frontend/dist` and puts it into the library. Without it nothing is
//! done, nothing is watched, and nobody needs npm.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "embed-console")]
    embed::console();
}

#[cfg(feature = "embed-console")]
mod embed {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    /// Compressed forms are kept when they save at least this share.
    const WORTH: usize = 20;

    pub(crate) fn console() {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
        assert!(
            dist.join("index.html").is_file(),
            "the feature `embed-console` wants the built console in {}: run `npm ci` and `npm run build` first",
            dist.display()
        );
        println!("cargo::rerun-if-changed={}", dist.display());
        let out = PathBuf::from(variable("OUT_DIR"));
        let mut table = String::from("&[\n");
        let mut files = Vec::new();
        walk(&dist, &mut files);
        files.sort();
        for (number, path) in files.iter().enumerate() {
            let plain = fs::read(path).expect("a file of the console is readable");
            let name =
                path.strip_prefix(&dist).expect("it was found there").to_string_lossy().replace('\\', "/");
            let keep = |ending: &str, bytes: Vec<u8>| {
                let place = out.join(format!("console-{number}.{ending}"));
                fs::write(&place, bytes).expect("the build directory is writable");
                format!("include_bytes!({place:?})")
            };
            let compressed =
                |ending: &str, bytes: Vec<u8>| match bytes.len() * WORTH < plain.len() * (WORTH - 1) {
                    true => format!("Some({})", keep(ending, bytes)),
                    false => "None".to_owned(),
                };
            let (gzip, brotli) = (compressed("gz", gzip(&plain)), compressed("br", brotli(&plain)));
            let plain = keep("plain", plain.clone());
            writeln!(table, "    ({name:?}, {plain}, {gzip}, {brotli}),").expect("a String takes everything");
        }
        table.push(']');
        fs::write(out.join("console.rs"), table).expect("the build directory is writable");
    }

    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("the console's directory is readable").flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, files),
                path => files.push(path),
            }
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters).expect("memory takes everything");
        out
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells a build script where to write by its environment"
    )]
    fn variable(name: &str) -> String {
        env::var(name).expect("cargo sets it")
    }
}
