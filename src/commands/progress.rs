//! How far an import is, on standard error.

use std::io::{IsTerminal, Write, stderr};

use campus::import::{Phase, Progress};
use clap::ValueEnum;

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

    /// Clears what is shown.
    pub fn end(self) {
        if self == Show::Bar && stderr().is_terminal() {
            let _closed = write!(stderr(), "\r\x1b[K");
        }
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Check => "Reading",
        Phase::Write => "Writing",
    }
}
