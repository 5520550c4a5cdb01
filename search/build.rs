//! Tells the compiler that `cfg(loom)` is meant, so that a misspelling stays a warning.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(loom)");
}
