//! `registrar synth`: a made-up district's bundle; same preset and seed, same bytes.

use std::path::PathBuf;

use ::synth::{Error, Preset, State};

use super::Failure;

/// Arguments of `registrar synth`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Size: small, district, large or state; district*N is N times district.
    #[arg(long, value_parser = preset)]
    preset: Preset,
    /// Any number; another one gives another district.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// KY, KS or IL.
    #[arg(long, value_parser = state, default_value = "KY")]
    state: State,
    /// School years, 1 to 10; else what the preset has.
    #[arg(long)]
    years: Option<u32>,
    /// Folder of the bundle; the planted problems are listed beside it.
    #[arg(long)]
    out: PathBuf,
}

fn preset(text: &str) -> Result<Preset, String> {
    Preset::parse(text).ok_or_else(|| "give small, district, district*N, large or state".to_owned())
}

fn state(text: &str) -> Result<State, String> {
    State::parse(text).ok_or_else(|| "give KY, KS or IL".to_owned())
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let summary =
        ::synth::write(args.preset, args.seed, args.state, args.years, &args.out).map_err(|e| match e {
            Error::Years(_) => Failure::new(Failure::USAGE, e),
            e => Failure::new(1, e),
        })?;
    let rows: u64 = summary.rows.values().sum();
    let (bundles, planted) = (summary.bundles.len(), summary.planted);
    println!("{bundles} bundle(s), {rows} rows, {planted} planted problems in {}", args.out.display());
    Ok(())
}
