//! What is drawn on a page, as pieces of text with their places.

use std::collections::HashMap;
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::object::{Dictionary, Object, Reader};

/// Letters that were drawn at once.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) x: f64,
    /// From the page's bottom.
    pub(super) y: f64,
    pub(super) end: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    /// Horizontal scaling; 1 is none.
    scale: f64,
    letter_space: f64,
    word_space: f64,
    leading: f64,
    rise: f64,
}

/// How many states may be saved on each other.
const MAX_SAVED: usize = 64;

pub(super) struct Drawing<'f, 'b> {
    file: &'f File<'b>,
    resources: Dictionary,
    fonts: HashMap<String, Rc<Font>>,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    pieces: Vec<Piece>,
    /// How many there may be.
    most: usize,
}

impl<'f, 'b> Drawing<'f, 'b> {
    /// The text of a page, in the order in which it was drawn; nothing where it is more than so many pieces, or than a file may
    /// unpack to.
    pub(super) fn pieces(file: &'f File<'b>, page: &Dictionary, most: usize) -> Option<Vec<Piece>> {
        let mut drawing = Drawing {
            file,
            resources: file.dictionary(page, "Resources"),
            fonts: HashMap::new(),
            state: State {
                matrix: IDENTITY,
                font: None,
                size: 0.0,
                scale: 1.0,
                letter_space: 0.0,
                word_space: 0.0,
                leading: 0.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            pieces: Vec::new(),
            most,
        };
        let streams = match page.get("Contents").cloned().unwrap_or(Object::Null) {
            Object::Array(streams) => streams,
            Object::Reference(number) => match file.object(number) {
                Some(Object::Array(streams)) => streams,
                _ => vec![Object::Reference(number)],
            },
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for stream in streams {
            if let Object::Reference(number) = stream {
                content.extend(file.stream(number).unwrap_or_default());
                content.push(b'\n');
            }
        }
        if file.is_full() {
            return None;
        }
        drawing.run(&content);
        (drawing.pieces.len() <= most).then_some(drawing.pieces)
    }

    fn run(&mut self, content: &[u8]) {
        let mut reader = Reader::new(content, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            if self.pieces.len() > self.most {
                return;
            }
            match object {
                Object::Word(operator) => {
                    self.operator(&operator, &operands);
                    operands.clear();
                    if operator == "ID" {
                        skip_picture(content, &mut reader);
                    }
                }
                // More operands than any operator has are no page's.
                object if operands.len() < 64 => operands.push(object),
                _ => {}
            }
        }
    }

    fn operator(&mut self, operator: &str, operands: &[Object]) {
        let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0.0);
        match operator {
            "q" if self.saved.len() < MAX_SAVED => self.saved.push(self.state.clone()),
            "Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => self.state.matrix = times(matrix(operands), self.state.matrix),
            "BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            "Tf" => self.set_font(operands),
            "Tz" => self.state.scale = number(0) / 100.0,
            "Tc" => self.state.letter_space = number(0),
            "Tw" => self.state.word_space = number(0),
            "TL" => self.state.leading = number(0),
            "Ts" => self.state.rise = number(0),
            "Tm" => (self.text, self.line) = (matrix(operands), matrix(operands)),
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tj" => self.show_all(operands),
            "TJ" => self.show_all(operands.first().and_then(Object::array).unwrap_or_default()),
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands);
            }
            "\"" => {
                (self.state.word_space, self.state.letter_space) = (number(0), number(1));
                self.next_line(0.0, -self.state.leading);
                self.show_all(operands.get(2..).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn set_font(&mut self, operands: &[Object]) {
        let [Object::Name(name), size] = operands else {
            return;
        };
        self.state.size = size.number().unwrap_or(0.0);
        let font = self.fonts.get(name).cloned().or_else(|| {
            let fonts = self.file.dictionary(&self.resources, "Font");
            let font = Rc::new(Font::read(self.file, &self.file.dictionary(&fonts, name)));
            self.fonts.insert(name.clone(), Rc::clone(&font));
            Some(font)
        });
        self.state.font = font;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    /// Shows texts; numbers between them move what follows.
    fn show_all(&mut self, texts: &[Object]) {
        for text in texts {
            match text {
                Object::Text(text) => self.show(text),
                Object::Number(back) => {
                    self.advance(-back / 1000.0 * self.state.size * self.state.scale)
                }
                _ => {}
            }
        }
    }

    fn advance(&mut self, by: f64) {
        self.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
    }

    fn show(&mut self, codes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            return;
        };
        let start = times(self.text, self.state.matrix);
        let mut text = String::new();
        for (code, letters, width) in font.codes(codes) {
            text.push_str(letters);
            let space = if font.is_space(code) {
                self.state.word_space
            } else {
                0.0
            };
            let by = width / 1000.0 * self.state.size + self.state.letter_space + space;
            self.advance(by * self.state.scale);
        }
        let end = times(self.text, self.state.matrix);
        // What stands askew is a watermark.
        let is_upright = start[1].abs() < 0.01 && start[2].abs() < 0.01 && start[0] > 0.0;
        if is_upright && start.iter().chain(&end).all(|number| number.is_finite()) {
            self.pieces.push(Piece {
                x: start[4],
                y: start[5] + self.state.rise,
                end: end[4],
                size: (self.state.size * start[3]).abs(),
                text,
            });
        }
    }
}

fn matrix(operands: &[Object]) -> Matrix {
    let mut matrix = IDENTITY;
    for (to, from) in matrix.iter_mut().zip(operands) {
        *to = from.number().unwrap_or(0.0);
    }
    matrix
}

/// A picture that is written into a page ends with `EI`, and has anything in it.
fn skip_picture(content: &[u8], reader: &mut Reader<'_>) {
    let rest = &content[reader.at.min(content.len())..];
    let is_end = |four: &[u8]| {
        four[0].is_ascii_whitespace() && &four[1..3] == b"EI" && four[3].is_ascii_whitespace()
    };
    reader.at += rest
        .windows(4)
        .position(is_end)
        .map_or(rest.len(), |at| at + 3);
}
