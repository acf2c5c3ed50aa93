//! Numbers, texts and lists as bytes, and back: what the code cache's file keeps beside V8's code.

use crate::{
    error::Span,
    transform::{Edit, ImportName},
};

#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }

    /// Seven bits a byte, the lowest first: nearly all numbers are small.
    pub(super) fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn signed(&mut self, number: i64) {
        let zigzag = (number << 1) ^ (number >> 63);
        self.number(zigzag as usize);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.0.push(flag.into());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(super) fn span(&mut self, span: Span) {
        self.number(span.start as usize);
        self.number(span.end as usize);
    }

    pub(super) fn name(&mut self, name: &ImportName) {
        match name {
            ImportName::Namespace => self.flag(false),
            ImportName::Name(name) => {
                self.flag(true);
                self.text(name);
            }
        }
    }

    pub(super) fn edits(&mut self, edits: &[Edit]) {
        self.list(edits, |out, edit| {
            out.number(edit.from);
            out.number(edit.to);
            out.text(&edit.text);
        });
    }

    pub(super) fn list<T>(&mut self, items: &[T], mut one: impl FnMut(&mut Self, &T)) {
        self.number(items.len());
        for item in items {
            one(self, item);
        }
    }
}

pub(super) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// `None`: there is more than was asked for.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let zigzag = self.number()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte != 0)
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    pub(super) fn span(&mut self) -> Option<Span> {
        let (start, end) = (self.number()?, self.number()?);
        Some(Span::new(
            u32::try_from(start).ok()?,
            u32::try_from(end).ok()?,
        ))
    }

    pub(super) fn name(&mut self) -> Option<ImportName> {
        let is_name = self.flag()?;
        Some(match is_name {
            true => ImportName::Name(self.text()?),
            false => ImportName::Namespace,
        })
    }

    pub(super) fn edits(&mut self) -> Option<Vec<Edit>> {
        self.list(|from| {
            Some(Edit {
                from: from.number()?,
                to: from.number()?,
                text: from.text()?.into(),
            })
        })
    }

    pub(super) fn list<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = self.number()?;
        // Each item takes a byte at least.
        let mut items = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            items.push(one(self)?);
        }
        Some(items)
    }
}
