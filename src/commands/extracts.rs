//! `registrar extracts`: the catalogue, or one extract's options, columns and rules.

use clap::ValueEnum;
use extracts::catalogue;
use extracts::kit::dictionary::Dictionary;
use worker::executor;

use super::Failure;

/// Arguments of `registrar extracts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code of one extract: its options, rules and columns.
    code: Option<String>,
    /// Print the dictionary of the extract, to be checked against the specification and signed.
    #[arg(long, requires = "code")]
    columns: bool,
    /// One report of the extract.
    #[arg(long, requires = "columns")]
    report: Option<String>,
    /// Format of the dictionary.
    #[arg(long, value_enum, default_value = "text", requires = "columns")]
    format: Format,
}

/// How a dictionary is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// A page to print.
    Html,
    /// One table.
    Csv,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Some(code) = args.code.as_deref() else {
        for extract in catalogue::ALL {
            println!("{}\t{}\t{}", extract.code(), extract.title(), extract.state());
        }
        return Ok(());
    };
    let extract = executor::known(code).map_err(|e| Failure::new(Failure::USAGE, e))?;
    let program = concat!("registrar ", env!("CARGO_PKG_VERSION"));
    let dictionary = Dictionary::of(extract, args.report.as_deref(), program).ok_or_else(|| {
        let known: Vec<_> = extract.reports().iter().map(|r| r.code).collect();
        let named = args.report.as_deref().unwrap_or_default();
        Failure::new(
            Failure::USAGE,
            format!("`{code}` has no report `{named}`; it has: {}", known.join(", ")),
        )
    })?;
    match args.format {
        Format::Text => print!("{}", dictionary.text()),
        Format::Html => print!("{}", dictionary.html()),
        Format::Csv => print!("{}", dictionary.csv()),
    }
    Ok(())
}
