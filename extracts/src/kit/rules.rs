//! How many things each population rule considered and dropped.

use serde::Serialize;

/// One line of a report's population table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Section of the extract's document.
    pub section: &'static str,
    /// Number in the extract's document.
    pub rule: &'static str,
    /// What is counted: calendars, sections, students …
    pub counted: &'static str,
    /// The rule in the document's words.
    pub words: &'static str,
}

/// The count of one rule, as `summary.json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Number of the rule.
    pub rule: &'static str,
    /// What is counted.
    pub counted: &'static str,
    /// Things that reached the rule.
    pub considered: u64,
    /// Things it dropped.
    pub dropped: u64,
    /// The rule in words.
    pub words: &'static str,
}

/// Counts of all rules of a population table, in its order.
#[derive(Clone, Debug)]
pub struct Tallies(pub Vec<Tally>);

impl Tallies {
    /// Nothing considered yet.
    pub fn of(rules: &[Rule]) -> Tallies {
        Tallies(
            rules
                .iter()
                .map(|r| Tally {
                    rule: r.rule,
                    counted: r.counted,
                    considered: 0,
                    dropped: 0,
                    words: r.words,
                })
                .collect(),
        )
    }

    /// Notes what a rule says of one thing and returns it.
    pub fn keeps(&mut self, rule: &str, keep: bool) -> bool {
        let tally = self.0.iter_mut().find(|t| t.rule == rule).expect("a rule of this population table");
        tally.considered += 1;
        tally.dropped += u64::from(!keep);
        keep
    }

    /// Notes what was noted of other things.
    pub fn join(&mut self, other: &Tallies) {
        for (tally, more) in self.0.iter_mut().zip(&other.0) {
            tally.considered += more.considered;
            tally.dropped += more.dropped;
        }
    }

    /// Notes many things at once.
    pub fn add(&mut self, rule: &str, considered: u64, dropped: u64) {
        let tally = self.0.iter_mut().find(|t| t.rule == rule).expect("a rule of this population table");
        tally.considered += considered;
        tally.dropped += dropped;
    }
}
