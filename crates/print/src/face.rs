//! One font in one file: the glyphs that were used of it, and how it is written.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::{GlyphId, name_id};

use crate::assemble::{Ids, deflate};

const SYSTEM: SystemInfo = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// A font of which at least one glyph was used.
pub(crate) struct Face {
    /// Which one it is among [`crate::Fonts`].
    pub(crate) font: usize,
    remapper: GlyphRemapper,
    /// Fonts of the other kind have no numbers but those of their glyphs.
    is_cff: bool,
    /// Each letter that is drawn, by its number in the file: so that two letters that look the same, such as those that
    /// no font has, can still be told apart by whoever copies or searches.
    used: BTreeMap<u16, Used>,
}

/// A letter of a font.
struct Used {
    letter: char,
    /// Its glyph's number in the font that is embedded.
    glyph: u16,
    /// In thousandths of the size.
    width: f32,
}

impl Face {
    pub(crate) fn new(font: usize, is_cff: bool) -> Face {
        Face {
            font,
            is_cff,
            remapper: GlyphRemapper::new(),
            used: BTreeMap::new(),
        }
    }

    /// Takes a letter into the file: its number there, and its width in thousandths of the size.
    pub(crate) fn take(
        &mut self,
        font: &ttf_parser::Face<'_>,
        id: GlyphId,
        letter: char,
    ) -> (u16, f32) {
        let glyph = self.remapper.remap(id.0);
        let width = font.glyph_hor_advance(id).unwrap_or(0);
        let width = f32::from(width) * per_thousand(font);
        let number = match self.is_cff {
            true => glyph,
            false => u16::try_from(self.used.len() + 1).unwrap_or(u16::MAX),
        };
        self.used.entry(number).or_insert(Used {
            letter,
            glyph,
            width,
        });
        (number, width)
    }

    /// Its name among a page's resources.
    pub(crate) fn name(&self) -> String {
        format!("F{}", self.font)
    }

    /// Writes the font; the reference is to what pages name.
    pub(crate) fn write(&self, pdf: &mut Pdf, ids: &mut Ids, data: &[u8]) -> Ref {
        let [type0, cid, descriptor, file, cmap] = ids.next_five();
        let glyphs = ids.next();
        let font =
            ttf_parser::Face::parse(data, 0).expect("fonts are looked at before they are taken in");
        let subset = subsetter::subset(data, 0, &self.remapper).unwrap_or_default();
        let name = format!("SCRIPT+{}", postscript_name(&font, self.font));
        pdf.type0_font(type0)
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let is_cff = self.is_cff;
        let mut cid_font = pdf.cid_font(cid);
        cid_font
            .subtype(if is_cff {
                CidFontType::Type0
            } else {
                CidFontType::Type2
            })
            .base_font(Name(name.as_bytes()))
            .system_info(SYSTEM)
            .font_descriptor(descriptor)
            .default_width(0.0);
        if !is_cff {
            cid_font.cid_to_gid_map_stream(glyphs);
        }
        let mut widths = cid_font.widths();
        for (number, used) in &self.used {
            widths.consecutive(*number, [used.width]);
        }
        widths.finish();
        cid_font.finish();
        self.write_descriptor(pdf, descriptor, file, &font, &name, is_cff);
        let bytes = deflate(&subset);
        let mut stream = pdf.stream(file, &bytes);
        stream.filter(pdf_writer::Filter::FlateDecode);
        if is_cff {
            stream.pair(Name(b"Subtype"), Name(b"OpenType"));
        }
        stream.finish();
        if !is_cff {
            self.write_glyphs(pdf, glyphs);
        }
        self.write_letters(pdf, cmap);
        type0
    }

    /// Which glyph each number draws: two bytes for each, from 0.
    fn write_glyphs(&self, pdf: &mut Pdf, id: Ref) {
        let mut map = vec![0; 2];
        for used in self.used.values() {
            map.extend(used.glyph.to_be_bytes());
        }
        pdf.stream(id, &deflate(&map))
            .filter(pdf_writer::Filter::FlateDecode);
    }

    fn write_descriptor(
        &self,
        pdf: &mut Pdf,
        id: Ref,
        file: Ref,
        font: &ttf_parser::Face<'_>,
        name: &str,
        is_cff: bool,
    ) {
        let scale = per_thousand(font);
        let scaled = |value: i16| f32::from(value) * scale;
        let bounds = font.global_bounding_box();
        let mut flags = FontFlags::SYMBOLIC;
        flags.set(FontFlags::FIXED_PITCH, font.is_monospaced());
        flags.set(FontFlags::ITALIC, font.is_italic());
        let mut descriptor = pdf.font_descriptor(id);
        descriptor
            .name(Name(name.as_bytes()))
            .flags(flags)
            .bbox(Rect::new(
                scaled(bounds.x_min),
                scaled(bounds.y_min),
                scaled(bounds.x_max),
                scaled(bounds.y_max),
            ))
            .italic_angle(font.italic_angle())
            .ascent(scaled(font.ascender()))
            .descent(scaled(font.descender()))
            .cap_height(scaled(font.capital_height().unwrap_or(font.ascender())))
            .stem_v(80.0);
        match is_cff {
            true => descriptor.font_file3(file),
            false => descriptor.font_file2(file),
        };
    }

    /// What each glyph reads as, for whoever copies or searches.
    fn write_letters(&self, pdf: &mut Pdf, id: Ref) {
        let mut letters = UnicodeCmap::new(Name(b"Letters"), SYSTEM);
        for (number, used) in &self.used {
            letters.pair(*number, used.letter);
        }
        let bytes = deflate(&letters.finish());
        pdf.cmap(id, &bytes)
            .name(Name(b"Letters"))
            .system_info(SYSTEM)
            .filter(pdf_writer::Filter::FlateDecode);
    }
}

/// The font's own name, of the characters that a name in a PDF may have.
fn postscript_name(font: &ttf_parser::Face<'_>, index: usize) -> String {
    let mut names = font.names().into_iter();
    let name = names.find(|name| name.name_id == name_id::POST_SCRIPT_NAME && name.is_unicode());
    let name = name.and_then(|name| name.to_string()).unwrap_or_default();
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    match plain.is_empty() {
        true => format!("Font{index}"),
        false => plain,
    }
}

/// What a font's own units are multiplied with for thousandths of its size.
pub(crate) fn per_thousand(font: &ttf_parser::Face<'_>) -> f32 {
    1000.0 / f32::from(font.units_per_em().max(1))
}
