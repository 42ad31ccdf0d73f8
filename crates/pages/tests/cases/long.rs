//! What no writer writes, and somebody pastes: a paragraph of a hundred pages, a script of nothing but headings. Layout ends,
//! and each line stands on one page.

use crate::notation::script;
use scriptroom_pages::{LineText, Page, Paginator, Settings};
use scriptroom_paragraphs::{ElementType, Paragraph};

/// Letters that are printed, in the order in which they are.
fn printed(paginator: &Paginator) -> String {
    let pages = 0..paginator.page_count();
    let lines = pages.flat_map(|page| paginator.printed_lines(page));
    let texts = lines.filter_map(|line| match line.text {
        LineText::Text { text, .. } => Some(text),
        _ => None,
    });
    texts.collect()
}

fn full_pages(paginator: &Paginator) -> usize {
    let height = paginator.settings().body_height();
    let is_full =
        |page: &&Page| page.height.0 + 2 * paginator.settings().setup().leading.0 >= height.0;
    paginator.pages().filter(is_full).count()
}

/// Each sentence is another, so that one that is lost or doubled shows.
fn sentences(count: usize) -> String {
    (0..count)
        .map(|at| format!("The rain goes on for the night number {at}. "))
        .collect()
}

#[test]
fn a_paragraph_of_a_hundred_pages_is_cut_at_sentences_and_loses_none() {
    for element in [ElementType::Action, ElementType::Dialogue] {
        let text = sentences(8_000);
        let paginator = Paginator::new(
            &[Paragraph::new(element, text.as_str())],
            Settings::default(),
        );
        assert!(
            paginator.page_count() >= 100,
            "{element:?}: {}",
            paginator.page_count()
        );
        assert!(
            full_pages(&paginator) + 2 >= paginator.page_count(),
            "{element:?}"
        );
        let starts: Vec<u32> = paginator
            .pages()
            .map(|page| page.start.offset_utf16)
            .collect();
        assert!(starts.is_sorted_by(|one, other| one < other), "{element:?}");
        if element == ElementType::Action {
            let at_sentences = starts
                .iter()
                .filter(|start| text[**start as usize..].starts_with("The rain"));
            assert_eq!(at_sentences.count(), starts.len());
        }
        assert_eq!(printed(&paginator), text);
    }
}

#[test]
fn a_word_of_a_hundred_pages_is_cut_at_the_margin() {
    let text = "x".repeat(61 * 54 * 100);
    let paginator = Paginator::new(
        &[Paragraph::new(ElementType::Action, text.as_str())],
        Settings::default(),
    );
    assert_eq!(paginator.page_count(), 100);
    assert_eq!(printed(&paginator), text);
}

#[test]
fn a_script_of_nothing_but_headings_fills_its_pages() {
    let headings: String = (0..5_000)
        .map(|at| format!(". INT. ROOM {at} - DAY\n"))
        .collect();
    let script = script(&headings);
    let paginator = Paginator::new(&script, Settings::default());
    // A heading takes a line and two above it, which the first of a page has not.
    assert_eq!(paginator.page_count(), 5_000_usize.div_ceil(18));
    let text: String = script.iter().map(Paragraph::text).collect();
    assert_eq!(printed(&paginator), text);
    assert_eq!(paginator.scene_lengths().len(), 5_000);
}

#[test]
fn a_key_in_a_paragraph_of_a_hundred_pages_is_what_a_full_layout_says() {
    let mut text = sentences(8_000);
    let mut paginator = Paginator::new(
        &[Paragraph::new(ElementType::Action, text.as_str())],
        Settings::default(),
    );
    for at in [0, text.len() / 2, text.len()] {
        text.insert(at, 'x');
        let paragraph = Paragraph::new(ElementType::Action, text.as_str());
        paginator.splice(0, 1, std::slice::from_ref(&paragraph));
        let full = Paginator::new(&[paragraph], Settings::default());
        assert_eq!(paginator.layout(), full.layout());
    }
}
