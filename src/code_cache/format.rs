//! The file of a code cache: entries by key, and a checksum over all of it. V8 checks what it is given
//! too, but in release builds not every byte of it, and a wrong one ends the process.
//!
//! ```text
//! magic 16 │ checksum of the rest 8 │ make 8 │ count 4 │ count × (key 16, age 4, start 4, length 4) │ data
//! ```
//! Little endian; `start` counts from the file's first byte.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 16] = b"heatsync code 1\n";
const HEAD: usize = 16 + 8 + 8 + 4;
const ENTRY: usize = 16 + 4 + 4 + 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: u128,
    /// How often the file was written since somebody used it.
    pub age: u32,
    pub place: Range<usize>,
}

/// `None`: cut off, damaged, of another make, or something else altogether.
pub fn decode(bytes: &[u8], make: u64) -> Option<Vec<Entry>> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (checksum, rest) = rest.split_first_chunk()?;
    if xxh3_64(rest) != u64::from_le_bytes(*checksum) {
        return None;
    }
    let (of, rest) = rest.split_first_chunk()?;
    if u64::from_le_bytes(*of) != make {
        return None;
    }
    let (count, rest) = rest.split_first_chunk()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let table = rest.get(..count.checked_mul(ENTRY)?)?;
    let data = HEAD + table.len();
    table
        .chunks_exact(ENTRY)
        .map(|entry| {
            let (key, entry) = entry.split_first_chunk()?;
            let number = |at: usize| {
                let bytes = entry.get(at..at + 4)?.try_into().ok()?;
                usize::try_from(u32::from_le_bytes(bytes)).ok()
            };
            let (age, start, length) = (number(0)?, number(4)?, number(8)?);
            let end = start.checked_add(length)?;
            (start >= data && end <= bytes.len()).then_some(Entry {
                key: u128::from_le_bytes(*key),
                age: u32::try_from(age).ok()?,
                place: start..end,
            })
        })
        .collect()
}

/// `None`: more than the format can hold.
pub fn encode(make: u64, entries: &[(u128, u32, &[u8])]) -> Option<Vec<u8>> {
    let number = |number: usize| u32::try_from(number).ok().map(u32::to_le_bytes);
    let mut start = HEAD + entries.len() * ENTRY;
    let size = start + entries.iter().map(|(_, _, data)| data.len()).sum::<usize>();
    number(size)?;
    let mut bytes = Vec::with_capacity(size);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&make.to_le_bytes());
    bytes.extend_from_slice(&number(entries.len())?);
    for (key, age, data) in entries {
        bytes.extend_from_slice(&key.to_le_bytes());
        bytes.extend_from_slice(&age.to_le_bytes());
        bytes.extend_from_slice(&number(start)?);
        bytes.extend_from_slice(&number(data.len())?);
        start += data.len();
    }
    for (_, _, data) in entries {
        bytes.extend_from_slice(data);
    }
    let checksum = xxh3_64(&bytes[24..]);
    bytes[16..24].copy_from_slice(&checksum.to_le_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let written = [(1, 0, b"one".as_slice()), (u128::MAX, 7, b"")];
        let bytes = encode(42, &written).expect("small");
        let read = decode(&bytes, 42).expect("whole");
        let read: Vec<_> = read
            .iter()
            .map(|it| (it.key, it.age, &bytes[it.place.clone()]))
            .collect();
        assert_eq!(read, written);
        assert_eq!(decode(&encode(1, &[]).expect("small"), 1), Some(Vec::new()));
    }

    #[test]
    fn another_make_is_not_read() {
        assert_eq!(
            decode(&encode(42, &[(1, 0, b"x")]).expect("small"), 43),
            None
        );
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_noticed() {
        let bytes = encode(42, &[(1, 0, b"one"), (2, 1, b"two")]).expect("small");
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length], 42), None, "{length} bytes");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert_eq!(decode(&changed, 42), None, "byte {at}");
        }
    }

    #[test]
    fn places_outside_are_refused_though_the_checksum_is_right() {
        let sealed = |change: fn(&mut Vec<u8>)| {
            let mut bytes = encode(42, &[(1, 0, b"one")]).expect("small");
            change(&mut bytes);
            let checksum = xxh3_64(&bytes[24..]);
            bytes[16..24].copy_from_slice(&checksum.to_le_bytes());
            decode(&bytes, 42)
        };
        assert!(sealed(|_| {}).is_some());
        assert_eq!(
            sealed(|bytes| bytes[32] = 2),
            None,
            "more entries than there are"
        );
        assert_eq!(sealed(|bytes| bytes[HEAD + 20] = 0), None, "in the head");
        assert_eq!(sealed(|bytes| bytes[HEAD + 24] = 4), None, "beyond the end");
        assert_eq!(
            sealed(|bytes| bytes[HEAD + 27] = 0xff),
            None,
            "far beyond the end"
        );
    }
}
