//! `registrar extracts`: the catalogue, or one extract's reports, columns and rules.

use extracts::catalogue;
use worker::executor;

use super::Failure;

/// Arguments of `registrar extracts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code of one extract.
    code: Option<String>,
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
    println!("{} ({}, {})", extract.title(), extract.code(), extract.state());
    println!("Options");
    for option in extract.options() {
        let need =
            if option.required { "required".to_owned() } else { format!("default {}", option.default) };
        println!("  {}\t{} ({need}). {}", option.field, option.label, option.help);
    }
    for report in extract.reports() {
        println!("{}", report.title);
        for rule in report.rules {
            println!("  {} ({}): {}", rule.rule, rule.counted, rule.words);
        }
        for (column, number) in (report.columns)().iter().zip(1..) {
            println!("    {number}\t{}\t{:?}", column.header, column.kind);
        }
    }
    Ok(())
}
