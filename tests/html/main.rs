//! The pages of every report, opened in Chromium: what they hold, that they ask for nothing from outside, and that the
//! filter box works. Needs the Debian package chromium, which `tests/run.sh` installs.

mod browser;
mod pages;

use std::time::Duration;

use browser::{Seen, audit};
use pages::{Page, detail, golden, long, validation};
use shared::clock;

/// What is wrong with the structure of a page; each line is one thing.
fn structure(page: &Page) -> Vec<String> {
    let (mut wrong, text) = (Vec::new(), &page.text);
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{}: {what}", page.name));
        }
    };
    let count = |part: &str| text.matches(part).count();
    must(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "a doctype and a language");
    must(
        count("<title>") == 1 && count("<h1>") == 1 && count("<main>") == 1,
        "one title, heading and main part",
    );
    must(count("<meta charset=\"utf-8\">") == 1, "its encoding");
    must(
        count("<th") - count("<thead") == count("<th scope=\"col\"") + count("<th scope=\"row\""),
        "scope on headers",
    );
    must(count("<table") == count("</table>") && count("<section") == count("</section>"), "tables that end");
    must(count("type=\"search\"") == count("<label for="), "a label for each filter box");
    must(text.contains("thead{position:sticky"), "a sticky header");
    must(!["src=", "http:", "https:", "@import", "url("].iter().any(|p| text.contains(p)), "no address");
    wrong
}

#[test]
fn every_report_of_the_golden_bundles_is_a_sound_page() {
    for page in golden() {
        let wrong = structure(&page);
        assert!(wrong.is_empty(), "{wrong:?}");
        let seen = Seen::of(&page.text);
        assert_eq!((seen.requests, seen.errors.as_str()), (0, ""), "{}", page.name);
        assert_eq!(seen.mode, "CSS1Compat", "{}: standards mode", page.name);
        assert_eq!(seen.ids_twice, 0, "{}: an id stands once", page.name);
        for table in &seen.tables {
            assert_eq!(table.header, "sticky", "{} {}", page.name, table.id);
            assert!(table.rows > 0 && table.rows == table.shown_at_first, "{} {}", page.name, table.id);
            assert_eq!(table.shown_with_nonsense, 0, "{} {}", page.name, table.id);
            assert!(table.told_with_nonsense.starts_with("0 of "), "{} {}", page.name, table.id);
            // The words of the first row's longest cell find that row, and what is shown has them.
            assert!(table.shown_with_words > 0 && table.all_have_words, "{} {}", page.name, table.id);
            assert_eq!(table.shown_across_cells, 0, "{} {}: words of two cells", page.name, table.id);
            assert_eq!(table.shown_at_last, table.rows, "{} {}: an empty box shows all", page.name, table.id);
        }
        assert!(!seen.tables.is_empty(), "{}", page.name);
    }
}

/// By hand, on two processors busy with other builds, a page of 25,000 rows and 39 columns opened in 4.8 s and its filter
/// answered in at most 0.8 s. The limit here is for any machine: a page that lays out every row, or a filter that reads
/// every cell each time, needs minutes.
#[test]
fn a_page_of_25_000_rows_opens_and_filters() {
    let page = long(25_000);
    let since = clock::monotonic();
    let seen = Seen::within(&page.text, 4_000);
    let table = &seen.tables[0];
    assert_eq!((table.rows, table.shown_with_nonsense, table.shown_at_last), (25_000, 0, 25_000));
    assert!(since.elapsed() < Duration::from_secs(60), "{:?}", since.elapsed());
}

#[test]
fn pages_of_200_rows_have_no_serious_finding_of_axe_core() {
    for (page, rows) in [(detail(), 200), (validation(200), 200)] {
        assert!(page.text.matches("<tr>").count() >= rows, "{} has fewer rows", page.name);
        assert_eq!(audit(&page.text), [""; 0], "{}", page.name);
    }
}

#[test]
fn axe_core_finds_what_was_planted() {
    let page = validation(1).text;
    assert_eq!(audit(&page), [""; 0]);
    let nameless = page.replacen("<main>", "<main><img src=\"data:,\"><button></button>", 1);
    let faint = page.replacen(
        "</head>",
        "<style>td{color:#ddd!important;background:#fff!important}</style></head>",
        1,
    );
    let silent = page.replacen("<html lang=\"en\">", "<html>", 1);
    for (planted, rules) in [
        (nameless, ["image-alt", "button-name"].as_slice()),
        (faint, &["color-contrast"]),
        (silent, &["html-has-lang"]),
    ] {
        let found = audit(&planted);
        for rule in rules {
            assert!(found.iter().any(|f| f.contains(rule)), "{rule} is not among {found:?}");
        }
    }
}
