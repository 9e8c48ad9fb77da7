//! Questions to a worker and their answers: why something is in a job's result or not (api, "Calls"). A question is no
//! job: it is in no list, no log and no history, and its row goes as soon as the answer is read.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::db::{args, sql};
use super::{Error, Store, micros};

/// The longest time that a question waits for its answer.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A question that a worker took.
#[derive(Clone)]
pub struct Question {
    /// Its id.
    pub id: Uuid,
    /// The job.
    pub job: Uuid,
    /// Who or what: `student:`, `person:` or `section:` and an id. Never in a log.
    pub subject: String,
}

/// What a worker answers.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// What `registrar extract --explain` prints.
    Told {
        /// With `--json`.
        json: String,
        /// Without it.
        text: String,
    },
    /// The job's data have nothing with such an id.
    Nothing,
    /// It could not be found out.
    Failed {
        /// One sentence.
        message: String,
    },
}

impl Store {
    /// Asks about a job; the answer is read with the id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn ask(&self, question: &Question) -> Result<(), Error> {
        let Question { id, job, subject } = question;
        self.write_lazily(sql!("explain_ask"), args![*id, *job, subject]).await.map(drop)
    }

    /// Takes the oldest question that nobody took.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take_question(&self) -> Result<Option<Question>, Error> {
        let rows = self.write_lazily(sql!("explain_take"), args![micros(PATIENCE)]).await?;
        let question = |row: &super::db::Row| {
            Ok(Question { id: row.id("id")?, job: row.id("job")?, subject: row.text("subject")? })
        };
        rows.first().map(question).transpose()
    }

    /// Answers a question; one that nobody waits for any more stays without.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn answer(&self, question: Uuid, answer: &Answer) -> Result<(), Error> {
        let text = serde_json::to_string(answer).unwrap_or_default();
        self.write_lazily(sql!("explain_answer"), args![question, text]).await.map(drop)
    }

    /// Reads the answer once it is there; nothing is kept of it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read_answer(&self, question: Uuid) -> Result<Option<Answer>, Error> {
        let rows = self.write_lazily(sql!("explain_read"), args![question]).await?;
        let stored = |_| Error::Stored("explanations.answer".to_owned());
        let read = |text: String| serde_json::from_str(&text).map_err(stored);
        rows.first().map(|row| row.text("answer").and_then(read)).transpose()
    }

    /// Forgets a question that its caller no longer waits for.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_question(&self, question: Uuid) -> Result<(), Error> {
        self.write_lazily(sql!("explain_forget"), args![question]).await.map(drop)
    }

    /// Forgets what is left of callers that died.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_questions(&self) -> Result<(), Error> {
        self.write_lazily(sql!("explain_purge"), args![micros(PATIENCE)]).await.map(drop)
    }
}
