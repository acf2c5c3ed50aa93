//! Code frames of what V8 has told.

use napi_derive::napi;

use crate::error;

/// The lines around a place in a text; see [`error::code_frame`].
#[napi(catch_unwind)]
pub fn code_frame(
    text: String,
    line: u32,
    column: u32,
    length: u32,
    around: Option<u32>,
) -> Option<String> {
    let around = around.map(|lines| lines as usize);
    error::code_frame(
        &text,
        line as usize,
        column as usize,
        length as usize,
        around,
    )
}
