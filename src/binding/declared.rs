//! Whether the JavaScript around is that of this addon: by native/addon.d.ts, which both have.

use napi_derive::napi;

/// Is this addon the one `declarations`, the text of native/addon.d.ts, is about? JavaScript asks
/// before anything else: an addon of another version would fail late, and with other words.
#[napi(catch_unwind)]
pub fn declares(declarations: String) -> bool {
    const OWN: u64 = hash_of_lines(include_bytes!("../../native/addon.d.ts"));
    hash_of_lines(declarations.as_bytes()) == OWN
}

/// FNV-1a, made when this is compiled: the text itself would be 15 KB of the addon. Git may have changed how lines end.
const fn hash_of_lines(text: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\r' {
            hash = (hash ^ text[at] as u64).wrapping_mul(0x0100_0000_01b3);
        }
        at += 1;
    }
    hash
}
