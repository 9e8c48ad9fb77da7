//! The catalogue: the only extracts that can be asked for.

use campus::snapshot::manifest::Choices;
use campus::snapshot::read::{Error, Snapshot};

use crate::kit::extract::Extract;
use crate::ks::kias::extract::Kias;
use crate::ks::kias::validation::extract::KiasValidation;
use crate::ky::kecs_lead::extract::KecsLead;
use crate::ky::lead_data;
use crate::ky::lead_data::extract::LeadDataReport;

/// All extracts, by code.
pub static ALL: &[&dyn Extract] = &[&KecsLead, &Kias, &KiasValidation, &LeadDataReport];

/// The extract with this code.
pub fn find(code: &str) -> Option<&'static dyn Extract> {
    ALL.iter().copied().find(|e| e.code() == code)
}

/// Adds to the choices of a new snapshot what only these extracts know how to find; an import is given this.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn add_choices(snapshot: &Snapshot, choices: &mut Choices) -> Result<(), Error> {
    lead_data::sections::add(snapshot, choices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::dictionary::Dictionary;
    use crate::kit::extract::ReportInfo;
    use crate::kit::option;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }

    /// Every report of the catalogue.
    fn reports() -> impl Iterator<Item = (&'static str, &'static ReportInfo)> {
        ALL.iter().flat_map(|e| e.reports().iter().map(|r| (e.code(), r)))
    }

    /// A section of the extract's own document or of another extract's: `6.1`, `kecs-lead 3`.
    fn is_section(text: &str) -> bool {
        let (document, number) = text.rsplit_once(' ').unwrap_or(("kias", text));
        let parts = number.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        parts && find(document).is_some()
    }

    /// A sentence: it begins with a capital letter or a digit and ends with a full stop.
    fn is_sentence(text: &str) -> bool {
        text.ends_with('.') && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
    }

    #[test]
    fn every_column_has_its_own_name_a_section_a_source_and_a_meaning() {
        for (code, report) in reports() {
            let columns = (report.columns)();
            let mut names: Vec<_> = columns.iter().map(|c| c.header).collect();
            names.sort_unstable();
            names.dedup();
            assert!(!names.is_empty() && names.len() == columns.len(), "{code} {}", report.code);
            for column in columns {
                let at = format!("{code} {} {}", report.code, column.header);
                assert!(!column.header.is_empty() && is_section(column.section), "{at}: {}", column.section);
                assert!(!column.source.trim().is_empty() && is_sentence(column.meaning), "{at}");
            }
        }
    }

    #[test]
    fn every_rule_has_its_own_name_a_section_and_words() {
        for (code, report) in reports() {
            assert!(!report.rules.is_empty(), "{code} {}", report.code);
            let all: Vec<_> = report.rules.iter().chain(report.uncounted).collect();
            let mut names: Vec<_> = all.iter().map(|r| r.rule).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all.len(), "{code} {}", report.code);
            assert!(
                all.iter().all(|r| is_section(r.section) && !r.words.is_empty()),
                "{code} {}",
                report.code
            );
            assert!(report.rules.iter().all(|r| !r.counted.is_empty()), "{code} {}", report.code);
            assert!(report.uncounted.iter().all(|r| r.counted.is_empty()), "{code} {}", report.code);
        }
    }

    #[test]
    fn every_report_has_a_golden_file_that_begins_with_its_columns() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden");
        let folders = ["kecs-lead", "kias", "lead-data"].map(|f| format!("{golden}/{f}/expected"));
        let files: Vec<String> = folders
            .iter()
            .flat_map(|folder| std::fs::read_dir(folder).expect("golden files"))
            .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text"))
            .collect();
        for (code, report) in reports() {
            let headers: Vec<_> = (report.columns)().iter().map(|c| c.header).collect();
            let line = headers.join(",");
            let found = files.iter().any(|file| file.lines().any(|l| l == line));
            assert!(found, "{code} {}: {line}", report.code);
        }
    }

    #[test]
    fn dictionaries_show_every_rule_and_column_in_every_format() {
        for extract in ALL {
            assert!(Dictionary::of(*extract, Some("none"), "registrar").is_none());
            let all = Dictionary::of(*extract, None, "registrar 1").expect("reports");
            let (text, html, csv) = (all.text(), all.html(), all.csv());
            for report in extract.reports() {
                let columns = (report.columns)();
                let one = Dictionary::of(*extract, Some(report.code), "registrar 1").expect("a report");
                let lines = report.rules.len() + report.uncounted.len() + columns.len();
                assert_eq!(one.csv().lines().count(), lines + 1, "{} {}", extract.code(), report.code);
                let rules = report.rules.iter().chain(report.uncounted).map(|r| r.words);
                for words in rules.chain(columns.iter().map(|c| c.meaning)) {
                    let escaped = words.replace('\'', "&#39;");
                    assert!(text.contains(words) && html.contains(&escaped), "{words}");
                    assert!(csv.contains(words), "{words}");
                }
            }
            assert!(text.contains("Signature: ____") && html.contains("<dt>Signature</dt>"));
            assert!(!html.contains("http") && !html.contains("<script"));
        }
    }

    #[test]
    fn defaults_are_json_and_pass_the_words_of_the_option() {
        for extract in ALL {
            for editor in extract.options() {
                assert!(option::default(editor).is_some(), "{} {}", extract.code(), editor.field);
            }
            let named = extract.options().iter().any(|o| o.field == "snapshot");
            assert!(named || extract.snapshot() != "current", "{}", extract.code());
        }
    }
}
