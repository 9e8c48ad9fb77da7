//! The dictionary as a page to print and sign.

use std::fmt::Write;

use super::{Dictionary, need, numbered, rules};
use crate::kit::format::html::escaped;

const STYLE: &str = include_str!("print.css");

/// Writes it. Writing into memory cannot fail.
pub fn write(of: &Dictionary<'_>) -> String {
    let mut out = String::new();
    let title = escaped(&of.title());
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}: dictionary</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<dl>\n\
         <div><dt>Code</dt><dd>{}</dd></div>\n<div><dt>State</dt><dd>{}</dd></div>\n\
         <div><dt>Version</dt><dd>{}</dd></div>\n<div><dt>Date</dt><dd class=\"blank\"></dd></div>\n</dl>\n</header>\n<main>\n",
        escaped(of.extract.code()),
        escaped(of.extract.state()),
        escaped(of.program),
    );
    let options = of
        .extract
        .options()
        .iter()
        .map(|o| vec![o.field.to_owned(), o.label.to_owned(), need(o), o.help.to_owned()]);
    out.push_str("<section>\n<h2>Options</h2>\n");
    table(&mut out, "Options", &["Field", "Label", "Default", "Help"], options);
    out.push_str("</section>\n");
    for report in &of.reports {
        let name = escaped(report.title);
        let _ = write!(out, "<section class=\"report\">\n<h2>{name}</h2>\n<h3>Who and what is in it</h3>\n");
        let lines =
            rules(report).map(|r| [r.rule, r.section, r.counted, r.words].map(str::to_owned).to_vec());
        table(&mut out, &format!("{name}: rules"), &["Rule", "Section", "Counts", "In words"], lines);
        out.push_str("<h3>Columns</h3>\n");
        let lines = numbered(report).into_iter().map(|(number, c)| {
            let rest = [c.header, c.kind.words(), c.section, c.source, c.meaning];
            std::iter::once(number).chain(rest.map(str::to_owned)).collect()
        });
        let headers =
            ["Number", "Header", "Format", "Section", "Where the value comes from", "What it tells"];
        table(&mut out, &format!("{name}: columns"), &headers, lines);
        out.push_str("</section>\n");
    }
    out.push_str(
        "<section class=\"sign\">\n<h2>Checked against the specification</h2>\n<dl>\n\
         <div><dt>Name</dt><dd class=\"blank\"></dd></div>\n<div><dt>Signature</dt><dd class=\"blank\"></dd></div>\n\
         <div><dt>Date</dt><dd class=\"blank\"></dd></div>\n</dl>\n</section>\n</main>\n</body>\n</html>\n",
    );
    out
}

/// A table whose first column names the line. `label` is escaped already.
fn table(out: &mut String, label: &str, headers: &[&str], lines: impl Iterator<Item = Vec<String>>) {
    let _ = write!(out, "<table aria-label=\"{label}\">\n<thead><tr>");
    for header in headers {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(header));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for line in lines {
        out.push_str("<tr>");
        for (at, value) in line.iter().enumerate() {
            let value = escaped(value);
            let _ = match at {
                0 => write!(out, "<th scope=\"row\">{value}</th>"),
                _ => write!(out, "<td>{value}</td>"),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}
