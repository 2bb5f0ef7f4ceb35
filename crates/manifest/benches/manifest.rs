//! How long reading manifests takes.
fn main() {
    divan::main();
}
