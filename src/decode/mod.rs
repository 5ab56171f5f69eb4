//! Text inside text: base64, hexadecimal, escapes, joined literals. Each encoded stretch gives a
//! [`Layer`], which knows for each of its bytes where in the outer text it came from.
//!
//! Detection rides on what the survey of the text knows already: token runs, and where characters
//! of escapes are frequent. A stretch is decoded only where its first look is that of text.
//!
//! To add a decoder: one file in this folder that holds a struct implementing [`Decoder`], and a
//! line in the list below.

mod alphabet;
mod coded;
mod dense;
mod layer;
mod packed;
mod stretch;
mod wrap;

pub use layer::Layer;
pub use packed::Packed;

use crate::model::Span;
use crate::prefilter::{Run, Survey};

/// How many layers deep a reader of nested encodings should go.
pub const DEPTH: usize = 4;

/// All layers of one text.
#[derive(Debug, Default)]
pub struct Layers {
    /// The layers, by decoder.
    pub found: Vec<Layer>,
    /// What is packed in it.
    pub packed: Vec<Packed>,
    /// What some of them say hangs on more than [`crate::rule::REACH`] bytes around a change.
    pub wide: bool,
    /// Something was left encoded, as there was no more room.
    pub cut: bool,
    /// How many more bytes may be decoded.
    room: usize,
}

impl Layers {
    /// How many bytes of the room are left.
    pub fn room(&self) -> usize {
        if self.cut { 0 } else { self.room }
    }

    fn add(&mut self, layer: Option<Layer>) {
        let Some(layer) = layer else { return };
        match self.room.checked_sub(layer.text.len()) {
            Some(left) => self.room = left,
            None => self.cut = true,
        }
        if !self.cut {
            self.found.push(layer);
        }
        self.wide |= self.cut;
    }
}

/// How many bytes may be decoded, in all layers together, of a text of `len` bytes.
pub fn room(len: usize) -> usize {
    len.saturating_mul(4).saturating_add(64 * 1024)
}

/// One way in which text is encoded. It sees the runs and stretches of a text in order.
trait Decoder {
    /// Looks at a token run, and at what stands around it.
    fn at_run(&mut self, _text: &[u8], _run: Run, _out: &mut Layers) {}

    /// Looks at a stretch in which characters of escapes are frequent.
    fn at_dense(&mut self, _text: &[u8], _stretch: Span, _out: &mut Layers) {}

    /// Looks at the text as a whole, when all else is done.
    fn at_text(&mut self, _text: &[u8], _out: &mut Layers) {}
}

/// Declares the decoders and the set of all.
macro_rules! decoders {
    ($($module:ident: $decoder:ident;)*) => {
        $(mod $module;)*

        #[derive(Default)]
        struct All { $($module: $module::$decoder,)* }

        impl Decoder for All {
            #[inline(always)]
            fn at_run(&mut self, text: &[u8], run: Run, out: &mut Layers) {
                $(self.$module.at_run(text, run, out);)*
            }

            fn at_dense(&mut self, text: &[u8], stretch: Span, out: &mut Layers) {
                $(self.$module.at_dense(text, stretch, out);)*
            }

            fn at_text(&mut self, text: &[u8], out: &mut Layers) {
                $(self.$module.at_text(text, out);)*
            }
        }
    };
}

decoders! {
    base64: Base64;
    base32: Base32;
    hex: Hex;
    percent: Percent;
    backslash: Backslash;
    entity: Entity;
    joined: Joined;
    bytes: Bytes;
    manifest: Manifest;
}

/// All layers of `text`, which was surveyed, of at most `room` bytes together. If `text`
/// is itself that of the layer `within`, what was only copied to it is not looked at again.
pub fn layers(text: &[u8], survey: &Survey, within: Option<&Layer>, room: usize) -> Layers {
    let mut out = Layers { room, ..Layers::default() };
    let mut all = All::default();
    let old = |span: Span| within.is_some_and(|layer| layer.is_copy(span));
    // Nearly every credential has a digit, or letters of both cases.
    for run in survey.runs() {
        if !old(Span::new(run.span.start.saturating_sub(1), run.span.end + 1)) {
            all.at_run(text, *run, &mut out);
        }
    }
    dense::stretches(survey, text.len(), |stretch| {
        if !old(stretch) {
            all.at_dense(text, stretch, &mut out);
        }
    });
    all.at_text(text, &mut out);
    out
}

#[cfg(test)]
mod tests;
