//! Settings: one commented defaults file, overridden by a file, the environment and flags. Unknown keys are refused.

pub mod units;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use config::{Config, File, FileFormat, Value, ValueKind};
use serde::Deserialize;

use self::units::{Bytes, Time};
use crate::clock;
use crate::store::Zones;
use crate::webhook::Allowed;

/// The defaults file, with what each setting means.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// What every environment variable of a setting starts with.
const PREFIX: &str = "REGISTRAR_";
/// Variables with this prefix that are no settings: the client's, the tests', and the settings file itself.
const NOT_SETTINGS: &[&str] = &["REGISTRAR_CONFIG", "REGISTRAR_URL", "REGISTRAR_TOKEN"];

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read or is not TOML.
    #[error("the settings cannot be read: {0}")]
    Read(#[from] config::ConfigError),
    /// There is no such setting.
    #[error("{place}: there is no setting `{key}`{}", near(.nearest))]
    Unknown {
        /// Where it stands.
        place: String,
        /// The key.
        key: String,
        /// A key that looks like it.
        nearest: Option<String>,
    },
    /// A value is wrong.
    #[error("{key}: {message}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What is wrong and how to write it.
        message: String,
    },
    /// `--set` without an equals sign.
    #[error("`{0}` is not written as key=value")]
    NoValue(String),
}

fn near(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|n| format!("; did you mean `{n}`?")).unwrap_or_default()
}

macro_rules! sections {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

sections! {
    /// All settings; the defaults file says what each means.
    Settings {
        /// `district` or `state`.
        edition: String,
        /// Time zone of tenants without their own.
        time_zone: String,
        /// The database.
        database: Database,
        /// Dispatch.
        broker: Broker,
        /// Snapshots, bundles and results.
        storage: Storage,
        /// The HTTP front.
        api: Api,
        /// Who may call.
        tokens: Tokens,
        /// The hands.
        worker: Worker,
        /// The protocol's times and bounds.
        queue: Queue,
        /// Limits that refuse or delay.
        limits: Limits,
        /// What goes when.
        retention: Retention,
        /// Webhooks of tenants.
        webhooks: Webhooks,
        /// Logs.
        log: Log,
        /// What is offered.
        catalogue: Catalogue,
        /// Settings of single tenants.
        #[serde(default)]
        tenants: BTreeMap<String, Tenant>,
    }
    /// `database.*`
    Database {
        /// Address.
        url: String,
        /// Most connections of this process.
        connections: u32,
        /// Longest statement.
        time_out: Time,
    }
    /// `broker.*`
    Broker {
        /// Address.
        url: String,
    }
    /// `storage.*`
    Storage {
        /// Address.
        url: String,
        /// Plain http to other machines.
        allow_http: bool,
    }
    /// `api.*`
    Api {
        /// Address and port.
        listen: String,
        /// Largest body.
        body: Bytes,
        /// Largest bundle.
        bundle: Bytes,
    }
    /// `tokens.*`
    Tokens {
        /// File of hashes.
        file: PathBuf,
    }
    /// `worker.*`
    Worker {
        /// Batch slots; 0 is one a processor.
        slots: usize,
        /// Interactive slots.
        interactive_slots: usize,
        /// Memory of all jobs.
        memory: Bytes,
        /// Memory of one job.
        job_memory: Bytes,
        /// Scratch folder.
        scratch: PathBuf,
        /// Space for cached snapshots.
        cache: Bytes,
        /// Patience of a graceful stop.
        drain: Time,
    }
    /// `queue.*`
    Queue {
        /// Lease.
        lease: Time,
        /// Renewal.
        renew: Time,
        /// Longest silence of a job.
        progress_deadline: Time,
        /// Longest run.
        run_time: Time,
        /// Attempts.
        attempts: u32,
        /// First delay.
        retry_first: Time,
        /// Longest delay.
        retry_longest: Time,
        /// Bound of our own faults.
        faults: u32,
        /// Bound of the time of our own faults.
        fault_time: Time,
        /// Age that makes a job urgent.
        aging: Time,
        /// When a delivery is acknowledged at the latest.
        acknowledge_after: Time,
        /// When a worker counts as gone.
        alive: Time,
        /// Period of the sweepers.
        timer: Time,
        /// When a silent admission is repeated.
        redispatch: Time,
    }
    /// `limits.*`; 0 is no limit.
    Limits {
        /// Running jobs of a tenant.
        tenant_running: i64,
        /// Running jobs of an extract.
        extract_running: i64,
        /// Waiting jobs of a tenant.
        tenant_waiting: i64,
        /// Submissions of a tenant a minute.
        tenant_submissions: i64,
        /// How far ahead.
        run_at_ahead: Time,
    }
    /// `retention.*`
    Retention {
        /// Results.
        result: Time,
        /// Notices.
        notice: Time,
        /// Objects without a row.
        orphan: Time,
    }
    /// `webhooks.*`
    Webhooks {
        /// Where they may lead.
        allow: String,
        /// Networks that are not public and may be called.
        networks: String,
        /// Longest call.
        time_out: Time,
        /// First delay.
        retry_first: Time,
        /// Longest delay.
        retry_longest: Time,
        /// Age of an event that is told no more.
        give_up: Time,
    }
    /// `log.*`
    Log {
        /// `auto`, `text` or `json`.
        format: String,
        /// Filter.
        level: String,
    }
    /// `catalogue.*`
    Catalogue {
        /// Offers `probe`.
        probe: bool,
    }
    /// `tenants.<tenant>.*`
    Tenant {
        /// Time zone.
        time_zone: String,
    }
}

/// All keys of the defaults file. Those of single tenants are none of them.
pub fn keys() -> Vec<String> {
    let defaults = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).build();
    let table = defaults.and_then(Config::try_deserialize::<BTreeMap<String, Value>>).unwrap_or_default();
    let mut keys = Vec::new();
    for (key, value) in table {
        match value.kind {
            ValueKind::Table(inner) => keys.extend(inner.keys().map(|k| format!("{key}.{k}"))),
            _ => keys.push(key),
        }
    }
    keys
}

/// The environment variable of a key: `database.url` is `REGISTRAR_DATABASE_URL`.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "_"))
}

/// The key that shares the longest beginning or end with a wrong one.
fn nearest(wrong: &str, keys: &[String]) -> Option<String> {
    let alike = |key: &&String| {
        let start = key.bytes().zip(wrong.bytes()).take_while(|(a, b)| a == b).count();
        let end = key.bytes().rev().zip(wrong.bytes().rev()).take_while(|(a, b)| a == b).count();
        start + end
    };
    keys.iter().max_by_key(alike).filter(|key| alike(key) * 3 > wrong.len()).cloned()
}

impl Settings {
    /// Reads settings: defaults, then `file`, then `environment` (name and value), then `flags` (key=value).
    ///
    /// # Errors
    /// When a key does not exist or a value cannot be read; the sentence names the place and the key.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[String],
    ) -> Result<Settings, Error> {
        let known = keys();
        let unknown = |place: &str, key: &str| Error::Unknown {
            place: place.to_owned(),
            key: key.to_owned(),
            nearest: nearest(key, &known),
        };
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            let source = File::from(path).format(FileFormat::Toml);
            let only = Config::builder().add_source(source.clone()).build()?;
            for key in table_keys(only)? {
                if !known.contains(&key) && !is_tenant_key(&key) {
                    return Err(unknown(&path.display().to_string(), &key));
                }
            }
            builder = builder.add_source(source);
        }
        for (name, value) in environment {
            if !name.starts_with(PREFIX)
                || NOT_SETTINGS.contains(&name.as_str())
                || name.starts_with("REGISTRAR_TEST_")
            {
                continue;
            }
            match known.iter().find(|key| variable(key) == name) {
                Some(key) => builder = builder.set_override(key, value)?,
                None => {
                    let looks = name[PREFIX.len()..].to_lowercase().replacen('_', ".", 1);
                    return Err(unknown(&format!("environment variable {name}"), &looks));
                }
            }
        }
        for flag in flags {
            let (key, value) = flag.split_once('=').ok_or_else(|| Error::NoValue(flag.clone()))?;
            let key = key.trim();
            if !known.iter().any(|k| k == key) && !is_tenant_key(key) {
                return Err(unknown("--set", key));
            }
            builder = builder.set_override(key, value.trim())?;
        }
        let settings: Settings = builder.build()?.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |key, message: String| Err(Error::Wrong { key, message });
        if !matches!(self.edition.as_str(), "district" | "state") {
            return wrong("edition", format!("`{}` is neither district nor state", self.edition));
        }
        if !matches!(self.log.format.as_str(), "auto" | "text" | "json") {
            return wrong("log.format", format!("`{}` is none of auto, text and json", self.log.format));
        }
        if self.queue.renew.0 * 2 >= self.queue.lease.0 {
            return wrong(
                "queue.renew",
                "must be less than half of queue.lease, so that one lost renewal is no lost job".into(),
            );
        }
        if self.queue.attempts == 0 {
            return wrong("queue.attempts", "must be at least 1".into());
        }
        if let Err(error) = Allowed::of(&self.webhooks) {
            return wrong(error.key(), error.to_string());
        }
        let zones = self.tenants.values().map(|t| &t.time_zone).chain([&self.time_zone]);
        for zone in zones {
            if zone.parse::<Tz>().is_err() {
                return wrong("time_zone", format!("`{zone}` is no IANA time zone such as America/New_York"));
            }
        }
        Ok(())
    }

    /// Time zone of a tenant.
    pub fn zone(&self, tenant: &str) -> Tz {
        let name = self.tenants.get(tenant).map_or(&self.time_zone, |t| &t.time_zone);
        name.parse().unwrap_or(Tz::UTC)
    }

    /// Time zones of all tenants with their offsets at this moment, as claims need them.
    pub fn zones(&self) -> Zones {
        let now = clock::now();
        let of = |name: &str| {
            let zone: Tz = name.parse().unwrap_or(Tz::UTC);
            (zone.name().to_owned(), clock::offset(zone, now))
        };
        let tenants = self.tenants.iter().map(|(tenant, t)| (tenant.clone(), of(&t.time_zone)));
        tenants.chain([(String::new(), of(&self.time_zone))]).collect()
    }

    /// Whether the database or dispatch lives in this process, so that only the role `all` can be run.
    pub fn embedded(&self) -> bool {
        self.database.url.starts_with("sqlite:") || self.broker.url.starts_with("in-process:")
    }
}

fn table_keys(config: Config) -> Result<Vec<String>, Error> {
    let table: BTreeMap<String, Value> = config.try_deserialize()?;
    let mut keys = Vec::new();
    for (key, value) in table {
        match value.kind {
            ValueKind::Table(inner) if key == "tenants" => {
                for (tenant, value) in inner {
                    match value.kind {
                        ValueKind::Table(fields) => {
                            keys.extend(fields.keys().map(|f| format!("tenants.{tenant}.{f}")));
                        }
                        _ => keys.push(format!("tenants.{tenant}")),
                    }
                }
            }
            ValueKind::Table(inner) => keys.extend(inner.keys().map(|k| format!("{key}.{k}"))),
            _ => keys.push(key),
        }
    }
    Ok(keys)
}

fn is_tenant_key(key: &str) -> bool {
    key.starts_with("tenants.") && key.ends_with(".time_zone") && key.len() > "tenants..time_zone".len()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(environment: &[(&str, &str)], flags: &[&str]) -> Result<Settings, Error> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let flags: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
        Settings::read(None, environment, &flags)
    }

    #[test]
    fn defaults_are_as_documented() {
        let settings = read(&[], &[]).expect("defaults");
        assert_eq!(settings.queue.lease.0, Duration::from_secs(30));
        assert_eq!(settings.api.bundle.0, 4 << 30);
        assert!(settings.embedded());
    }

    #[test]
    fn flags_win_over_the_environment() {
        let environment =
            [("REGISTRAR_WORKER_SLOTS", "3"), ("REGISTRAR_QUEUE_RUN_TIME", "2 min"), ("PATH", "/bin")];
        let settings = read(&environment, &["worker.slots=5", "tenants.ky-099.time_zone=America/Chicago"]);
        let settings = settings.expect("good settings");
        assert_eq!((settings.worker.slots, settings.queue.run_time.0), (5, Duration::from_secs(120)));
        assert_eq!(settings.zone("ky-099"), Tz::America__Chicago);
        assert_eq!(settings.zone("ky-001"), Tz::America__New_York);
    }

    #[test]
    fn a_typo_is_refused_with_the_place_and_a_guess() {
        let error = read(&[("REGISTRAR_DATABASE_URI", "x")], &[]).expect_err("no such setting").to_string();
        assert!(error.contains("REGISTRAR_DATABASE_URI") && error.contains("`database.url`"), "{error}");
        let error = read(&[], &["queue.leese=3 s"]).expect_err("no such setting").to_string();
        assert!(error.contains("`queue.lease`"), "{error}");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, "[worker]\nslotts = 2\n").expect("writes");
        let error = Settings::read(Some(&file), [], &[]).expect_err("no such setting").to_string();
        assert!(error.contains("settings.toml") && error.contains("`worker.slots`"), "{error}");
    }

    #[test]
    fn wrong_values_are_refused() {
        for flag in
            ["edition=county", "queue.lease=30", "queue.renew=20 s", "time_zone=Mars", "worker.slots=many"]
        {
            assert!(read(&[], &[flag]).is_err(), "{flag}");
        }
    }
}
