//! What bytes of XML say: characters, attributes, and how new ones are written.

use std::ops::Range;

/// An attribute as it stands in a start tag.
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'a> {
    pub(crate) name: &'a str,
    /// The space before it, its name, its value in quotation marks.
    pub(crate) whole: Range<usize>,
    /// The value between its quotation marks.
    pub(crate) value: Range<usize>,
    raw: &'a str,
}

impl Attribute<'_> {
    pub(crate) fn value(&self) -> String {
        decode(self.raw).replace(['\n', '\t'], " ")
    }
}

/// The attributes of a start tag, their places counted from the tag's start.
pub(crate) fn attributes(tag: &str) -> impl Iterator<Item = Attribute<'_>> {
    let mut at = tag.find(char::is_whitespace).unwrap_or(tag.len());
    std::iter::from_fn(move || {
        let attribute = attribute(tag, at)?;
        at = attribute.whole.end;
        Some(attribute)
    })
}

fn attribute(tag: &str, from: usize) -> Option<Attribute<'_>> {
    let equals = from + tag[from..].find('=')?;
    let name = tag[from..equals].trim();
    let behind = &tag[equals + 1..];
    let quote_at = equals + 1 + (behind.len() - behind.trim_start().len());
    let quote = tag[quote_at..].chars().next()?;
    if !matches!(quote, '"' | '\'') {
        return None;
    }
    let start = quote_at + 1;
    let end = start + tag[start..].find(quote)?;
    Some(Attribute {
        name,
        whole: from..end + 1,
        value: start..end,
        raw: &tag[start..end],
    })
}

/// A start tag with an attribute set or, without a value, taken out.
pub(crate) fn with_attribute(tag: &str, name: &str, value: Option<&str>) -> String {
    let found = attributes(tag).find(|attribute| attribute.name == name);
    let mut out = tag.to_owned();
    match (found, value) {
        (Some(found), Some(value)) => out.replace_range(found.value, &escaped(value, true)),
        (Some(found), None) => out.replace_range(found.whole, ""),
        (None, Some(value)) => {
            let end = tag.strip_suffix("/>").or(tag.strip_suffix('>'));
            let at = end.unwrap_or(tag).trim_end().len();
            out.insert_str(at, &format!(" {name}=\"{}\"", escaped(value, true)));
        }
        (None, None) => {}
    }
    out
}

/// The characters that some bytes say: references resolved, line ends as `\n`, tags, comments and the like left out.
/// A reference to something that the file would have to declare stands as it is.
pub(crate) fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '&', '\r']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes()[0] {
            b'<' => markup(rest, &mut out),
            b'&' => reference(rest, &mut out),
            _ => {
                out.push('\n');
                rest[1..].strip_prefix('\n').unwrap_or(&rest[1..])
            }
        };
    }
    out.push_str(rest);
    out
}

fn markup<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let behind = |close: &str| rest.find(close).map_or("", |at| &rest[at + close.len()..]);
    if let Some(section) = rest.strip_prefix("<![CDATA[") {
        let len = section.find("]]>").unwrap_or(section.len());
        out.push_str(&section[..len].replace("\r\n", "\n").replace('\r', "\n"));
        return section[len..].strip_prefix("]]>").unwrap_or("");
    }
    if rest.starts_with("<!--") {
        return behind("-->");
    }
    if rest.starts_with("<?") {
        return behind("?>");
    }
    let is_tag =
        rest[1..].starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '_' | ':' | '!'));
    let end = rest[1..].find(['<', '>']).map(|at| at + 1);
    match end {
        Some(end) if is_tag && rest.as_bytes()[end] == b'>' => &rest[end + 1..],
        _ => {
            out.push('<');
            &rest[1..]
        }
    }
}

fn reference<'a>(rest: &'a str, out: &mut String) -> &'a str {
    // The longest name is `#x10FFFF`; leading zeros are nobody's.
    let end = rest.bytes().take(16).position(|byte| byte == b';');
    let character = end.and_then(|end| match &rest[1..end] {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    });
    match (character, end) {
        (Some(character), Some(end)) => {
            out.push(character);
            &rest[end + 1..]
        }
        _ => {
            out.push('&');
            &rest[1..]
        }
    }
}

/// Characters as they stand between tags, or in an attribute. What XML 1.0 has no way to say becomes U+FFFD.
pub(crate) fn escaped(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\n' | '\t' if in_attribute => out.push(' '),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
