//! Who calls: bearer tokens from a file of hashes (api, "Who calls").

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::clock;
use shared::job::rights::{Caller, Rights};
use shared::store::{Person, Store};
use tokio::sync::watch;

use crate::problem::Problem;
use crate::state::Api;

/// A line of the tokens file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// SHA-256 of the token, lower-case hex.
    pub sha256: String,
    /// Whose it is.
    pub name: String,
    /// Districts.
    pub tenants: Vec<String>,
    /// Rights as written.
    pub rights: String,
    /// Schools; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schools: Vec<i32>,
    /// When it was made.
    #[serde(default)]
    pub made_at: Option<chrono::DateTime<chrono::Utc>>,
    /// When it stops working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// Why the tokens file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be read or written.
    #[error("tokens.file: {} cannot be {what}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is wrong.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

type Known = HashMap<String, (Arc<Caller>, Option<chrono::DateTime<chrono::Utc>>)>;

/// The tokens known now. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tokens {
    known: watch::Receiver<Arc<Known>>,
}

/// Lower-case hex of a token's SHA-256.
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

fn read(path: &Path) -> Result<Known, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Error::File { path: path.to_owned(), what: "read", source }),
    };
    let mut known = Known::new();
    for (text, line) in text.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty()) {
        let wrong = |message: String| Error::Line { path: path.to_owned(), line, message };
        let parsed: Line = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let rights = Rights::parse(&parsed.rights).map_err(|e| wrong(e.to_string()))?;
        let caller = Caller { name: parsed.name, tenants: parsed.tenants, rights, schools: parsed.schools };
        known.insert(parsed.sha256, (Arc::new(caller), parsed.expires_at));
    }
    Ok(known)
}

/// What the people table is to say: one row for each name and tenant, with all rights of their tokens.
fn people(known: &Known) -> Vec<Person> {
    let mut people: BTreeMap<(String, String), Caller> = BTreeMap::new();
    for (caller, _) in known.values() {
        for tenant in &caller.tenants {
            let alone = Caller { tenants: vec![tenant.clone()], ..Caller::clone(caller) };
            people
                .entry((tenant.clone(), caller.name.clone()))
                .and_modify(|person| *person = person.with(&alone))
                .or_insert(alone);
        }
    }
    let grants = |caller: &Caller| serde_json::to_string(caller).unwrap_or_default();
    people.into_iter().map(|((tenant, name), c)| Person { tenant, name, grants: grants(&c) }).collect()
}

/// What tells that a file has changed.
fn stamp(path: &Path) -> Option<(Option<std::time::SystemTime>, u64)> {
    std::fs::metadata(path).ok().map(|m| (m.modified().ok(), m.len()))
}

/// How often the file is looked at.
const LOOK: Duration = Duration::from_secs(1);

impl Tokens {
    /// Reads the file, tells the database, and goes on looking at the file while this or a clone lives.
    ///
    /// # Errors
    /// When the file cannot be read or a line is wrong.
    pub async fn watch(path: PathBuf, store: Store) -> Result<Tokens, Error> {
        // Before the first reading: a token that is added between the two is then read again, not missed.
        let mut seen = stamp(&path);
        let first = read(&path)?;
        if let Err(error) = store.set_people(&people(&first)).await {
            tracing::warn!(%error, "rights were not stored");
        }
        let (send, known) = watch::channel(Arc::new(first));
        tokio::spawn(async move {
            let mut told = true;
            while !send.is_closed() {
                tokio::time::sleep(LOOK).await;
                let now = stamp(&path);
                if now != seen {
                    match read(&path) {
                        Ok(known) => {
                            // First, as a job of a token that is good may start at once, and workers look there.
                            told = store.set_people(&people(&known)).await.is_ok();
                            send.send_replace(Arc::new(known));
                            seen = now;
                        }
                        // The tokens known before stay good.
                        Err(error) => tracing::error!(%error, "the tokens file was not read"),
                    }
                }
                if !told {
                    let people = people(&send.borrow());
                    match store.set_people(&people).await {
                        Ok(()) => told = true,
                        Err(error) => tracing::warn!(%error, "rights were not stored"),
                    }
                }
            }
        });
        Ok(Tokens { known })
    }

    /// How many tokens a file holds.
    ///
    /// # Errors
    /// When the file cannot be read or a line is wrong.
    pub fn count(path: &Path) -> Result<usize, Error> {
        read(path).map(|known| known.len())
    }

    /// Who a token belongs to.
    fn caller(&self, token: &str) -> Option<Arc<Caller>> {
        let known = self.known.borrow();
        let (caller, expires_at) = known.get(&hash(token))?;
        expires_at.is_none_or(|at| at > clock::now()).then(|| Arc::clone(caller))
    }
}

/// Makes a token, adds its hash to the file and returns it.
///
/// # Errors
/// When the file cannot be written.
pub fn new_token(path: &Path, mut line: Line) -> Result<String, Error> {
    use std::io::Write;
    let token: String = clock::secret().iter().map(|b| format!("{b:02x}")).collect();
    let token = format!("rgr_{token}");
    line.sha256 = hash(&token);
    line.made_at = Some(clock::now());
    let failed = |source| Error::File { path: path.to_owned(), what: "written", source };
    let mut text = serde_json::to_string(&line).map_err(|e| failed(e.into()))?;
    text.push('\n');
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(token)
}

/// The caller of a request.
#[derive(Clone, Debug)]
pub struct Who(pub Arc<Caller>);

impl std::ops::Deref for Who {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl FromRequestParts<Api> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Who, Problem> {
        let refused = |detail: &str| Problem::new(StatusCode::UNAUTHORIZED, detail);
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(|| {
            refused("Send a token: Authorization: Bearer …; `registrar token new` makes one.")
        })?;
        let (scheme, token) = header.to_str().ok().and_then(|h| h.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused("The Authorization header does not hold a bearer token."));
        }
        api.tokens
            .caller(token.trim())
            .map(Who)
            .ok_or_else(|| refused("The token is unknown or has expired."))
    }
}

impl Who {
    /// The one tenant meant: the one named, or the caller's only one.
    pub fn tenant(&self, named: Option<&str>) -> Result<String, Problem> {
        match (named, self.tenants.as_slice()) {
            (Some(tenant), _) if self.covers(tenant) => Ok(tenant.to_owned()),
            (Some(_), _) => Err(Problem::missing("tenant")),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(Problem::malformed(vec![crate::problem::FieldError::new(
                "tenant",
                "required",
                "Name one of your tenants.",
            )])),
        }
    }
}
