fn main() {
    // Otherwise, without the feature, cargo would build anew whenever any file of the package changes.
    println!("cargo:rerun-if-changed=build.rs");
    // Link arguments of a Node-API addon (macOS: undefined symbols resolve at load).
    #[cfg(feature = "node")]
    napi_build::setup();
}
