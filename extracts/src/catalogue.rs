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
    use crate::kit::option;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }

    #[test]
    fn every_report_has_rules_and_columns_with_unique_names() {
        for extract in ALL {
            for report in extract.reports() {
                let columns = (report.columns)();
                let mut names: Vec<_> = columns.iter().map(|c| c.header).collect();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), columns.len(), "{} {}", extract.code(), report.code);
                assert!(report.rules.iter().all(|r| !r.words.is_empty()));
            }
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
