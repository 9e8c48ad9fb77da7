//! How far an import is, on standard error.

use std::io::{IsTerminal, Write, stderr};

use campus::import::{Phase, Progress};
use clap::ValueEnum;
use extracts::kit::extract::{self, Watch};

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// One line that is written over, on a terminal only.
    Bar,
    /// One JSON object a line.
    Json,
    /// Not at all.
    None,
}

impl Show {
    /// Shows one step.
    pub fn step(self, progress: Progress) {
        let (phase, table, rows) = (phase(progress.phase), progress.table, progress.rows);
        // A closed standard error is no reason to stop an import.
        let _closed = match self {
            Show::Json => {
                let line = serde_json::json!({"phase": phase, "table": table, "rows": rows});
                writeln!(stderr(), "{line}")
            }
            Show::Bar if stderr().is_terminal() => write!(stderr(), "\r\x1b[K{phase} {table}: {rows} rows"),
            _ => Ok(()),
        };
    }

    /// Watches an extract.
    pub fn watch(self) -> Shown {
        Shown { show: self, words: String::new(), total: None }
    }

    /// Clears what is shown.
    pub fn end(self) {
        if self == Show::Bar && stderr().is_terminal() {
            let _closed = write!(stderr(), "\r\x1b[K");
        }
    }
}

/// Shows the steps of an extract.
#[derive(Debug)]
pub struct Shown {
    show: Show,
    words: String,
    total: Option<u64>,
}

impl Shown {
    fn print(&self, done: u64) {
        // A closed standard error is no reason to stop an extract.
        let _closed = match self.show {
            Show::Json => {
                let line = serde_json::json!({"phase": self.words, "done": done, "total": self.total});
                writeln!(stderr(), "{line}")
            }
            Show::Bar if stderr().is_terminal() => {
                let of = self.total.map(|total| format!(" of {total}")).unwrap_or_default();
                write!(stderr(), "\r\x1b[K{}: {done}{of} rows", self.words)
            }
            _ => Ok(()),
        };
    }
}

impl Watch for Shown {
    fn phase(&mut self, phase: extract::Phase, total: Option<u64>) {
        self.words = phase.words();
        self.total = total;
        self.print(0);
    }

    fn done(&mut self, rows: u64) {
        self.print(rows);
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Check => "Reading",
        Phase::Write => "Writing",
    }
}
