//! `registrar extracts`: the catalogue, or one extract's reports, columns and rules.

use extracts::ky::kecs_lead::{self, request::Report};

use super::Failure;

/// Arguments of `registrar extracts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Code of one extract.
    code: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    match args.code.as_deref() {
        None => println!("{}\t{}\tKY", kecs_lead::CODE, kecs_lead::TITLE),
        Some(kecs_lead::CODE) => {
            println!("{} ({})", kecs_lead::TITLE, kecs_lead::CODE);
            for rule in kecs_lead::POPULATION {
                println!("  {} ({}): {}", rule.rule, rule.counted, rule.words);
            }
            for report in Report::ALL {
                println!("  {}", report.title());
                for (column, number) in report.columns().iter().zip(1..) {
                    println!("    {number}\t{}\t{:?}", column.header, column.kind);
                }
            }
        }
        Some(other) => {
            let line = format!("there is no extract `{other}`; `registrar extracts` lists them");
            return Err(Failure::new(Failure::USAGE, line));
        }
    }
    Ok(())
}
