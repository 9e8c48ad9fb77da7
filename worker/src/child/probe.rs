//! What a probe does.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use extracts::probe::{Act, Probe, byte};
use serde_json::{Value, json};
use shared::clock;
use shared::job::FailureClass;

use super::protocol::Word;
use super::run::Failed;

const STEP: Duration = Duration::from_millis(20);

/// Does what a probe asks for and makes its file.
pub fn run(probe: &Probe, out: &Path, say: &mut dyn FnMut(&Word)) -> Result<Value, Failed> {
    let rest = Duration::from_secs_f64(probe.seconds);
    match probe.act {
        Act::NoOp => {}
        Act::Sleep | Act::IgnoreCancel => {
            let start = clock::monotonic();
            let total = rest.as_millis() as i64;
            while start.elapsed() < rest {
                sleep(STEP.min(rest - start.elapsed()));
                let done = start.elapsed().as_millis().min(rest.as_millis()) as i64;
                say(&Word::Progress { phase: "Sleeping".to_owned(), done: Some(done), total: Some(total) });
            }
        }
        Act::Hold => {
            let file = Path::new(probe.file.as_deref().unwrap_or_default());
            while !file.exists() {
                say(&Word::Progress { phase: "Holding".to_owned(), done: None, total: None });
                sleep(STEP);
            }
        }
        Act::Panic => panic!("the probe was asked to panic"),
        Act::Allocate => allocate(),
        Act::Loop => loop {
            sleep(STEP);
        },
        Act::Exit => std::process::exit(17),
    }
    if probe.bytes == 0 {
        return Ok(Value::Null);
    }
    let failed = |_: std::io::Error| {
        (FailureClass::Storage, "The worker's scratch disk cannot be written.".to_owned())
    };
    fs::create_dir_all(out).map_err(failed)?;
    let mut file = BufWriter::new(File::create(out.join("probe.bin")).map_err(failed)?);
    for place in 0..probe.bytes {
        file.write_all(&[byte(place)]).map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    Ok(json!({"files": [{"name": "probe.bin", "media_type": "application/octet-stream", "rows": 0}]}))
}

/// Takes memory until something stops it.
fn allocate() {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(vec![taken.len() as u8; 8 << 20]);
        sleep(Duration::from_millis(1));
    }
}
