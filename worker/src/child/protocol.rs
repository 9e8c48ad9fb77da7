//! What a slot and its executor say to each other: one JSON object a line.

use std::path::PathBuf;

use extracts::probe::Probe;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::job::FailureClass;

/// What a child is to do. It gets local paths and nothing else.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Make the files of an extract.
    Extract {
        /// Code of the extract.
        extract: String,
        /// The request as sent.
        request: Map<String, Value>,
        /// Folders of the snapshots.
        snapshots: Vec<PathBuf>,
        /// The State Edition.
        state_edition: bool,
        /// Where the files go.
        out: PathBuf,
        /// The time that reports print, `YYYY-MM-DDTHH:MM`.
        generated: String,
        /// Program and version.
        program: String,
    },
    /// Make a snapshot of a bundle.
    Import {
        /// The bundle: an archive.
        bundle: PathBuf,
        /// Folder of the snapshot.
        out: PathBuf,
        /// Its id.
        snapshot: String,
        /// As-of time.
        as_of: Option<String>,
    },
    /// Say why something is in an extract or not; the answer is a [`shared::store::Answer`].
    Explain {
        /// Code of the extract.
        extract: String,
        /// The request as sent.
        request: Map<String, Value>,
        /// Folder of the snapshot.
        snapshot: PathBuf,
        /// The State Edition.
        state_edition: bool,
        /// The time that reports print, `YYYY-MM-DDTHH:MM`.
        generated: String,
        /// `student:`, `person:` or `section:` and an id.
        subject: String,
    },
    /// Do what a test asks for.
    Probe {
        /// What.
        probe: Probe,
        /// Where its file goes.
        out: PathBuf,
    },
}

/// What a child says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
pub enum Word {
    /// How far it is.
    Progress {
        /// Step in words.
        phase: String,
        /// Rows done.
        done: Option<i64>,
        /// Rows in all.
        total: Option<i64>,
    },
    /// It is done.
    Done {
        /// `summary.json` of an extract, the findings of an import, null of a probe.
        summary: Value,
    },
    /// It did not work out.
    Failed {
        /// Kind of fault.
        class: FailureClass,
        /// One sentence.
        message: String,
    },
}
