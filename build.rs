use std::{
    fs,
    path::{Path, PathBuf},
};

/// What decides about the JavaScript and the body that are made of a module, dependencies aside: these have a version.
const SOURCES: [&str; 9] = [
    "Cargo.lock",
    "src/transform",
    "src/transform.rs",
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
    napi_build::setup();
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
