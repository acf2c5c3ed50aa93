use std::{
    fs,
    path::{Path, PathBuf},
};

/// What decides about the JavaScript and the body that are made of a module, dependencies aside: these have a version.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "src/transform",
    "src/lexical.rs",
    "src/scan",
    "src/error.rs",
    "src/load/bytes.rs",
    "src/load/kept.rs",
    "src/load/kept_javascript.rs",
    "src/typescript",
];

fn main() {
    // Otherwise, without the feature, cargo would build anew whenever any file of the package changes.
    println!("cargo:rerun-if-changed=build.rs");
    println!(
        "cargo:rustc-env=HEATSYNC_SOURCES={:016x}",
        hash_of_sources()
    );
    // Link arguments of a Node-API addon (macOS: undefined symbols resolve at load).
    #[cfg(feature = "node")]
    {
        napi_build::setup();
        fold_identical_code();
    }
}

/// Functions that come out the same are kept once: 2 % of the addon. Only where the linker is lld, which is Rust's own
/// there since 1.90; nothing of ours compares functions by their addresses.
#[cfg(feature = "node")]
fn fold_identical_code() {
    let target = std::env::var("TARGET").unwrap_or_default();
    let is_own_linker = std::env::var_os("RUSTC_LINKER").is_none();
    if target == "x86_64-unknown-linux-gnu" && is_own_linker && minor_version() >= Some(90) {
        println!("cargo:rustc-link-arg-cdylib=-Wl,--icf=all");
    }
}

/// Of the compiler, which is 1.x.
#[cfg(feature = "node")]
fn minor_version() -> Option<u32> {
    let compiler = std::env::var_os("RUSTC")?;
    let told = std::process::Command::new(compiler)
        .arg("--version")
        .output()
        .ok()?;
    String::from_utf8(told.stdout)
        .ok()?
        .split('.')
        .nth(1)?
        .parse()
        .ok()
}

/// What another make of us has kept of a module is not for this one (`load::kept`).
fn hash_of_sources() -> u64 {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    // FNV-1a: no dependency is worth this.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in files {
        add(file.as_os_str().as_encoded_bytes());
        add(&fs::read(&file).unwrap_or_default());
    }
    hash
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else {
        files.extend(path.is_file().then(|| path.to_owned()));
        return;
    };
    for entry in entries.flatten() {
        collect(&entry.path(), files);
    }
}
