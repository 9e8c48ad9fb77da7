//! A small made-up district, in which every rule is touched.

use std::path::PathBuf;

/// Writes its bundle into a scratch folder.
pub fn small(seed: u64) -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("bundle");
    synth::write(synth::Preset::Small, seed, synth::State::Ky, None, &bundle).expect("a bundle");
    (scratch, bundle)
}
