//! The committed API documents are what the service serves.

use std::path::Path;
use std::process::Command;

#[test]
fn the_documents_are_committed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (which, file) in [("console", "openapi/console.json"), ("agent", "openapi/agent/v1.json")] {
        #[expect(clippy::disallowed_methods, reason = "the real program is asked")]
        let output =
            Command::new(env!("CARGO_BIN_EXE_crontopus-server")).args(["openapi", which]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let committed = std::fs::read(root.join(file)).unwrap_or_default();
        assert!(
            output.stdout == committed,
            "{file} is not what is served; write it with `cargo xtask openapi`"
        );
    }
}
