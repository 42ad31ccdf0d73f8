//! Paragraphs that do not stand as their element does.

use expect_test::expect;
use scriptroom_pages::{
    Inches, Look, PageSetup, Paginator, Points, Preset, Production, SettingValue, Settings,
};
use scriptroom_paragraphs::{ElementType, Paragraph};

fn setup() -> PageSetup {
    Preset::FinalDraft.setup()
}

fn looking(change: impl FnOnce(&mut Look)) -> Look {
    let mut look = Look {
        element: ElementType::General,
        style: *setup().elements.of(ElementType::General),
        sources: vec![1..=1],
    };
    change(&mut look);
    look
}

/// Paragraphs with the numbers 0, 1, 2, …
fn script(elements: &[ElementType]) -> Vec<Paragraph> {
    let paragraph = |(source, &element): (u32, &ElementType)| {
        let mut paragraph = Paragraph::new(element, "word ".repeat(20));
        paragraph.attributes.source = Some(source);
        paragraph
    };
    (0..).zip(elements).map(paragraph).collect()
}

/// The printed lines of the first page: how far down and in, and from which paragraph.
fn lines(script: &[Paragraph], production: &Production) -> String {
    let pages = production.pages(script);
    let lines = pages.printed_lines(0).into_iter();
    let lines = lines.map(|line| format!("{} {}\n", line.top.0, line.left.in_hundredths()));
    lines.collect()
}

fn read(entries: &[(&str, &str)]) -> Production {
    let entries: Vec<(String, SettingValue)> = entries
        .iter()
        .map(|(name, text)| ((*name).to_owned(), SettingValue::Text((*text).to_owned())))
        .collect();
    Production::read(&entries, &[])
}

#[test]
fn a_look_is_written_as_what_differs_and_reads_back() {
    let look = looking(|look| {
        look.style.left = Inches::hundredths(100);
        look.style.space_before = Points(36);
        look.style.starts_page = true;
        look.style.breaks_as = ElementType::Action;
        look.sources = vec![3..=3, 7..=12];
    });
    assert_eq!(
        look.text(&setup()),
        "general left=100 space-before=36 starts-page=true breaks-as=action of 3 7-12"
    );
    let settings = Settings::default().with_looks(vec![look.clone(), looking(|_| ())]);
    let production = Production::of_writes(&Production::look_so(&settings));
    assert_eq!(production.problems, []);
    assert_eq!(production.settings, settings);
    assert_eq!(production.settings.looks()[0], look);
}

#[test]
fn a_look_is_for_its_paragraphs_as_long_as_they_are_of_its_element() {
    let general = [ElementType::General; 3];
    let production = read(&[("look:1", "general left=300 space-before=24 of 1")]);
    expect![[r#"
        0 150
        12 150
        48 300
        60 300
        72 300
        84 150
        96 150
    "#]]
    .assert_eq(&lines(&script(&general), &production));
    let mut other = script(&general);
    other[1].element = ElementType::Action;
    expect![[r#"
        0 150
        12 150
        36 150
        48 150
        60 150
        72 150
    "#]]
    .assert_eq(&lines(&other, &production));
}

#[test]
fn a_paragraph_takes_its_look_along_when_it_is_moved() {
    let production = read(&[("look:1", "general left=300 of 1-1")]);
    let mut script = script(&[ElementType::General; 3]);
    let mut pages = production.pages(&script);
    pages.splice(1, 1, &[]);
    pages.splice(0, 0, &script[1..2]);
    script.swap(0, 1);
    let full = Paginator::new(&script, production.settings.clone());
    assert_eq!(pages.printed_lines(0), full.printed_lines(0));
    assert_eq!(full.printed_lines(0)[0].left, Inches::hundredths(300));
    assert_ne!(full.printed_lines(0)[6].left, Inches::hundredths(300));
}

#[test]
fn what_a_look_does_not_say_is_as_its_element_is_set_up() {
    let entries = [
        ("p:general.left".to_owned(), SettingValue::Number(200)),
        (
            "look:1".to_owned(),
            SettingValue::Text("general space-before=12 of 0".to_owned()),
        ),
    ];
    let production = Production::read(&entries, &[]);
    let look = &production.settings.looks()[0];
    assert_eq!(look.style.left, Inches::hundredths(200));
    // Another page keeps the looks.
    let writes = Production::set_page(&entries, Preset::Bbc, &[]).expect("sound");
    assert!(writes.iter().all(|(name, _)| !name.starts_with("look:")));
}

#[test]
fn what_is_no_look_or_leaves_no_room_is_refused_by_name_and_the_others_count() {
    let production = read(&[
        ("look:1", "general left=300"),
        ("look:2", "soliloquy left=300 of 1"),
        ("look:3", "general left=300 of one"),
        ("look:4", "general left=wide of 1"),
        ("look:5", "general font=300 of 1"),
        ("look:6", "general left=-5 space-before=-1 of 1"),
        ("look:7", "general left=300 of 4-2 5"),
    ]);
    let problems: Vec<String> = production
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    expect![[r#"
        expected how paragraphs stand, such as `general left=100 of 12 15-18` for look:1, got "general left=300"
        expected how paragraphs stand, such as `general left=100 of 12 15-18` for look:2, got "soliloquy left=300 of 1"
        expected how paragraphs stand, such as `general left=100 of 12 15-18` for look:3, got "general left=300 of one"
        expected how paragraphs stand, such as `general left=100 of 12 15-18` for look:4, got "general left=wide of 1"
        expected how paragraphs stand, such as `general left=100 of 12 15-18` for look:5, got "general font=300 of 1"
        expected look:6.left from 0 to 830 hundredths of an inch, got -5
        expected look:6.space-before from 0 to 7200 points, got -1"#]]
    .assert_eq(&problems.join("\n"));
    assert_eq!(production.settings.looks().len(), 1);
}
