use super::super::samples::{ALL, line};
use super::*;

const TEXT: [Heading; 1] = [Heading { header: "<Name>", kind: Type::Text }];

fn page(make: impl FnOnce(&mut Html<Vec<u8>>)) -> String {
    let options = [("Calendars".to_owned(), "A & B".to_owned())];
    let mut html = Html::new(Vec::new(), "Title <1>", &options).unwrap();
    make(&mut html);
    String::from_utf8(html.finish().unwrap()).unwrap()
}

fn put(html: &mut Html<Vec<u8>>, line: &[Cell<'_>]) {
    for &cell in line {
        html.cell(cell).unwrap();
    }
    html.end_line().unwrap();
}

fn escaped(text: &str) -> String {
    let mut bytes = Vec::new();
    escape(&mut bytes, text);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_page_with_a_line_of_every_type() {
    let text = page(|html| {
        html.begin_table("detail", "Detail & more", &ALL).unwrap();
        put(html, &line());
        put(html, &[Cell::Empty; 9]);
        assert_eq!(html.rows(), 2);
        html.end_table().unwrap();
    });
    assert!(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(text.contains("<h1>Title &lt;1&gt;</h1>"));
    assert!(text.contains("<dt>Calendars</dt><dd>A &amp; B</dd>"));
    assert!(text.contains("<h2 id=\"detail.caption\">Detail &amp; more</h2>"));
    assert!(text.contains(
        "<label for=\"detail.filter\">Filter<span class=\"aloud\"> Detail &amp; more</span></label>"
    ));
    assert!(text.contains("<th scope=\"col\">Text</th>"));
    assert!(text.contains(
        "<tr><td>Ann<td>05<td>1001<td>007<td class=n>-12<td class=n>0<td>02/01/2026<td>02/01/2026 08:30<td>True\n"
    ));
    assert!(text.contains("<p class=\"rows\">2 rows</p>"));
    assert!(text.contains("<a href=\"#detail.caption\">Detail &amp; more</a>: 2 rows"));
    assert!(!text.contains("http"), "an outside address");
    assert!(text.ends_with("</html>\n"));
}

#[test]
fn rows_are_grouped() {
    let groups = |rows: u64| {
        let text = page(|html| {
            html.begin_table("t", "T", &TEXT).unwrap();
            for _ in 0..rows {
                put(html, &[Cell::Text("x")]);
            }
            html.end_table().unwrap();
        });
        assert_eq!(text.matches("<tbody>").count(), text.matches("</tbody>").count());
        text.matches("<tbody>").count()
    };
    assert_eq!([0, 1, 500, 501].map(groups), [0, 1, 1, 2]);
}

#[test]
fn no_rows() {
    let unknown = page(|html| {
        html.begin_table("t", "T", &TEXT).unwrap();
        html.end_table().unwrap();
    });
    assert!(unknown.contains("<table") && unknown.contains("<p class=\"rows\">No rows.</p>"));
    let known = page(|html| {
        let intro = Intro { message: Some("Why <b>"), rows: Some(0) };
        html.begin_table_with("t", "T", intro, &TEXT).unwrap();
        html.end_table().unwrap();
    });
    assert!(known.contains("<p>Why &lt;b&gt;</p>\n<p class=\"rows\">No rows.</p>"));
    assert!(!known.contains("<table"));
}

#[test]
fn told_rows_must_come() {
    let mut html = Html::new(Vec::new(), "T", &[]).unwrap();
    html.begin_table_with("t", "T", Intro { message: None, rows: Some(1) }, &TEXT).unwrap();
    put(&mut html, &[Cell::Empty]);
    html.end_table().unwrap();
    html.begin_table_with("u", "U", Intro { message: None, rows: Some(2) }, &TEXT).unwrap();
    put(&mut html, &[Cell::Empty]);
    assert!(html.end_table().is_err());
    html.begin_table_with("v", "V", Intro { message: None, rows: Some(0) }, &TEXT).unwrap();
    assert!(html.cell(Cell::Empty).is_err());
}

#[test]
fn markup_is_escaped_and_forbidden_characters_replaced() {
    for (value, expected) in [
        ("<script>", "&lt;script&gt;"),
        ("a&b", "a&amp;b"),
        ("\"'", "&quot;&#39;"),
        ("&amp;", "&amp;amp;"),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("\0\u{1b}\u{7f}\u{85}", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        ("\u{fdd0}\u{ffff}\u{1fffe}", "\u{fffd}\u{fffd}\u{fffd}"),
        ("é£\u{1f600}\u{fb01}", "é£\u{1f600}\u{fb01}"),
        ("plain", "plain"),
    ] {
        assert_eq!(escaped(value), expected);
    }
}

#[test]
fn wrong_use_is_refused() {
    let mut html = Html::new(Vec::new(), "T", &[]).unwrap();
    assert!(html.cell(Cell::Empty).is_err());
    assert!(html.end_line().is_err());
    assert!(html.end_table().is_err());
    for id in ["", "1a", "a b", "a.b", "é", "a\"b"] {
        assert!(html.begin_table(id, "T", &TEXT).is_err());
    }
    html.begin_table("a-1", "T", &TEXT).unwrap();
    assert!(html.begin_table("b", "T", &TEXT).is_err());
    assert!(html.end_line().is_err());
    html.cell(Cell::Empty).unwrap();
    assert!(html.cell(Cell::Empty).is_err());
    html.end_line().unwrap();
    html.end_table().unwrap();
    assert!(html.begin_table("a-1", "T", &TEXT).is_err());
    html.begin_table("b", "T", &TEXT).unwrap();
    assert!(html.finish().is_err());
}

#[test]
fn counts_have_thousands() {
    for (rows, text) in [
        (0, "No rows."),
        (1, "1 row"),
        (2, "2 rows"),
        (999, "999 rows"),
        (1000, "1,000 rows"),
        (25_000, "25,000 rows"),
        (1_234_567, "1,234,567 rows"),
    ] {
        assert_eq!(counted(rows), text);
    }
}

/// Writes a page for a look in a browser when a path is given.
#[test]
fn sample_file() {
    let Some(path) = std::env::var_os("REGISTRAR_HTML_SAMPLE") else { return };
    let text = page(|html| {
        html.begin_table("detail", "Detail", &ALL).unwrap();
        for _ in 0..1200 {
            put(html, &line());
        }
        html.end_table().unwrap();
        html.begin_table("none", "None", &ALL).unwrap();
        html.end_table().unwrap();
    });
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_summary_links_to_its_tables_and_notes_are_sentences() {
    let mut html = Html::new(Vec::new(), "Page", &[]).unwrap();
    html.summary(["Rule", "Total"], &[("one", "First <rule>", 1)]).unwrap();
    html.notes("Nothing", &[]).unwrap();
    html.notes("Warnings", &["V1: 2 & more".to_owned()]).unwrap();
    html.begin_table("one", "First <rule>", &ALL[..1]).unwrap();
    html.cell(Cell::Text("x")).unwrap();
    html.end_line().unwrap();
    assert!(html.summary(["", ""], &[]).is_err() && html.notes("", &[]).is_err(), "inside a table");
    html.end_table().unwrap();
    let page = String::from_utf8(html.finish().unwrap()).unwrap();
    assert!(page.contains("<a href=\"#one.caption\">First &lt;rule&gt;</a></th><td class=\"n\">1</td>"));
    assert!(page.contains("<li>V1: 2 &amp; more</li>"));
    assert!(!page.contains("page.counts\">") && !page.contains("Nothing"));
}
