//! The dictionary as plain text.

use std::fmt::Write;

use super::{Dictionary, need, numbered, rules};

/// Writes it. Writing into memory cannot fail.
pub fn write(of: &Dictionary<'_>) -> String {
    let mut out = String::new();
    let line = |out: &mut String, text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&mut out, &of.title());
    let _ = writeln!(out, "Code: {}   State: {}", of.extract.code(), of.extract.state());
    let _ = writeln!(out, "Version: {}   Date: ____________", of.program);
    line(&mut out, "\nOptions");
    for option in of.extract.options() {
        let _ = writeln!(out, "  {}\t{} ({}). {}", option.field, option.label, need(option), option.help);
    }
    for report in &of.reports {
        let _ = writeln!(
            out,
            "\n{}\n\n  Who and what is in it: rule, section, what it counts, the rule",
            report.title
        );
        for rule in rules(report) {
            let counted = if rule.counted.is_empty() { "-" } else { rule.counted };
            let _ = writeln!(out, "    {}\t{}\t{counted}\t{}", rule.rule, rule.section, rule.words);
        }
        line(
            &mut out,
            "\n  Columns: number, header, format, section, where the value comes from, what it tells",
        );
        for (number, c) in numbered(report) {
            let _ = writeln!(
                out,
                "    {number}\t{}\t{}\t{}\t{}\t{}",
                c.header,
                c.kind.words(),
                c.section,
                c.source,
                c.meaning
            );
        }
    }
    line(&mut out, "\nChecked against the specification");
    line(&mut out, "\nName: ______________________   Signature: ______________________   Date: ____________");
    out
}
