//! One self-contained page, written as a stream: title, options, counts, then tables.
//!
//! Counts are known when a table ends. They stand after each table and once more in a list at the end of the page, which
//! the page's script moves to the top. Rows are grouped by 500 in row groups that the browser lays out only when they
//! come into view, so a table of any size opens quickly; on paper it is an ordinary table with a repeated header.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::out::{Columns, Out, invalid};
use super::text::{SCRATCH, print};
use super::{Heading, Lines};
use crate::kit::cell::{Cell, Type};

/// Rows of one row group.
const GROUP: u64 = 500;

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");

/// A page being written.
pub struct Html<W: Write> {
    out: Out<W>,
    ids: BTreeSet<String>,
    counts: Vec<(String, String, u64)>,
    /// The counts stand at the top, told by [`Html::summary`].
    summarized: bool,
    table: Option<Table>,
}

/// The table being written.
struct Table {
    columns: Columns,
    /// Rows told beforehand.
    told: Option<u64>,
}

/// What stands between the caption and the table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Intro<'a> {
    /// A paragraph.
    pub message: Option<&'a str>,
    /// Number of rows, where it is known beforehand. With 0 the caption is followed by "No rows." and no table.
    pub rows: Option<u64>,
}

impl<W: Write> Html<W> {
    /// Begins a page with its title and the options it was made with.
    pub fn new(writer: W, title: &str, options: &[(String, String)]) -> io::Result<Html<W>> {
        let mut out = Out::new(writer);
        out.put(b"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        out.put(b"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
        escape(&mut out.bytes, title);
        out.put(b"</title>\n<style>\n");
        out.put(STYLE.as_bytes());
        out.put(b"</style>\n</head>\n<body>\n<header>\n<h1>");
        escape(&mut out.bytes, title);
        out.put(b"</h1>\n");
        if !options.is_empty() {
            out.put(b"<dl>\n");
            for (name, value) in options {
                out.put(b"<div><dt>");
                escape(&mut out.bytes, name);
                out.put(b"</dt><dd>");
                escape(&mut out.bytes, value);
                out.put(b"</dd></div>\n");
            }
            out.put(b"</dl>\n");
        }
        out.put(b"</header>\n<main>\n");
        Ok(Html { out, ids: BTreeSet::new(), counts: Vec::new(), summarized: false, table: None })
    }

    /// Writes the counts of the tables that follow, where they are known beforehand: a line for each, with a link to
    /// its table. `titles` are those of the two columns. The counts are not repeated at the end.
    pub fn summary(&mut self, titles: [&str; 2], tables: &[(&str, &str, u64)]) -> io::Result<()> {
        if self.table.is_some() {
            return Err(invalid("a table was not ended"));
        }
        self.summarized = true;
        let out = &mut self.out;
        out.put(b"<section>\n<h2>Summary</h2>\n<table class=\"summary\">\n<thead><tr>");
        for title in titles {
            out.put(b"<th scope=\"col\">");
            escape(&mut out.bytes, title);
            out.put(b"</th>");
        }
        out.put(b"</tr></thead>\n<tbody>\n");
        for (id, caption, rows) in tables {
            write!(out.bytes, "<tr><th scope=\"row\"><a href=\"#{id}.caption\">")?;
            escape(&mut out.bytes, caption);
            writeln!(out.bytes, "</a></th><td class=\"n\">{rows}</td></tr>")?;
        }
        out.put(b"</tbody>\n</table>\n</section>\n");
        out.spill()
    }

    /// Writes a list of sentences under a heading; nothing when there is none.
    pub fn notes(&mut self, heading: &str, sentences: &[String]) -> io::Result<()> {
        if self.table.is_some() {
            return Err(invalid("a table was not ended"));
        }
        if sentences.is_empty() {
            return Ok(());
        }
        let out = &mut self.out;
        out.put(b"<section>\n<h2>");
        escape(&mut out.bytes, heading);
        out.put(b"</h2>\n<ul>\n");
        for sentence in sentences {
            out.put(b"<li>");
            escape(&mut out.bytes, sentence);
            out.put(b"</li>\n");
        }
        out.put(b"</ul>\n</section>\n");
        out.spill()
    }

    /// Begins a table. The id is a letter, then letters, digits and `-`, and no other table of the page has it.
    pub fn begin_table(&mut self, id: &str, caption: &str, headings: &[Heading]) -> io::Result<()> {
        self.begin_table_with(id, caption, Intro::default(), headings)
    }

    /// Begins a table with something before it.
    pub fn begin_table_with(
        &mut self,
        id: &str,
        caption: &str,
        intro: Intro<'_>,
        headings: &[Heading],
    ) -> io::Result<()> {
        if self.table.is_some() {
            return Err(invalid("a table was not ended"));
        }
        let sound = id.starts_with(|c: char| c.is_ascii_alphabetic())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !sound || !self.ids.insert(id.to_owned()) {
            return Err(invalid("not an id for a table of this page"));
        }
        self.counts.push((id.to_owned(), caption.to_owned(), 0));
        let mut caption_html = Vec::new();
        escape(&mut caption_html, caption);
        let caption_html = String::from_utf8_lossy(&caption_html).into_owned();
        let out = &mut self.out;
        write!(out.bytes, "<section>\n<h2 id=\"{id}.caption\">{caption_html}</h2>\n")?;
        if let Some(message) = intro.message {
            out.put(b"<p>");
            escape(&mut out.bytes, message);
            out.put(b"</p>\n");
        }
        if intro.rows != Some(0) {
            let told = intro.rows.map(counted).unwrap_or_default();
            write!(
                out.bytes,
                "<p class=\"filter\"><label for=\"{id}.filter\">Filter<span class=\"aloud\"> {caption_html}</span></label> \
                 <input type=\"search\" id=\"{id}.filter\" data-table=\"{id}\" autocomplete=\"off\"> \
                 <output id=\"{id}.shown\" for=\"{id}.filter\">{told}</output></p>\n\
                 <div class=\"scroll\" role=\"region\" aria-labelledby=\"{id}.caption\" tabindex=\"0\">\n\
                 <table id=\"{id}\" aria-labelledby=\"{id}.caption\" style=\"--columns:"
            )?;
            for heading in headings {
                write!(out.bytes, " {}ch", width(heading))?;
            }
            out.put(b"\">\n<thead><tr>");
            for heading in headings {
                out.put(if numeric(heading.kind) {
                    b"<th scope=\"col\" class=\"n\">"
                } else {
                    b"<th scope=\"col\">"
                });
                escape(&mut out.bytes, heading.header);
                out.put(b"</th>");
            }
            out.put(b"</tr></thead>\n");
        }
        self.table = Some(Table { columns: Columns::of(headings), told: intro.rows });
        self.out.spill()
    }

    /// Ends the table and prints its number of rows.
    pub fn end_table(&mut self) -> io::Result<()> {
        let table = self.table.take().ok_or_else(|| invalid("no table was begun"))?;
        table.columns.between_lines()?;
        let rows = table.columns.rows();
        if table.told.is_some_and(|told| told != rows) {
            return Err(invalid("a table has not the number of rows that was told"));
        }
        if let Some(count) = self.counts.last_mut() {
            count.2 = rows;
        }
        if rows > 0 {
            self.out.put(b"</tbody>\n");
        }
        if table.told != Some(0) {
            self.out.put(b"</table>\n</div>\n");
        }
        write!(self.out.bytes, "<p class=\"rows\">{}</p>\n</section>\n", counted(rows))?;
        self.out.spill()
    }

    /// Rows of the table being written.
    pub fn rows(&self) -> u64 {
        self.table.as_ref().map_or(0, |t| t.columns.rows())
    }

    /// Ends the page with the counts of its tables and gives the writer back.
    pub fn finish(mut self) -> io::Result<W> {
        if self.table.is_some() {
            return Err(invalid("a table was not ended"));
        }
        let out = &mut self.out;
        if !self.counts.is_empty() && !self.summarized {
            out.put(b"<section id=\"page.counts\">\n<h2>Counts</h2>\n<ul>\n");
            for (id, caption, rows) in &self.counts {
                write!(out.bytes, "<li><a href=\"#{id}.caption\">")?;
                escape(&mut out.bytes, caption);
                writeln!(out.bytes, "</a>: {}</li>", counted(*rows))?;
            }
            out.put(b"</ul>\n</section>\n");
        }
        out.put(b"</main>\n<script>\n");
        out.put(SCRIPT.as_bytes());
        out.put(b"</script>\n</body>\n</html>\n");
        self.out.finish()
    }
}

impl<W: Write> Lines for Html<W> {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let table = self.table.as_mut().ok_or_else(|| invalid("no table was begun"))?;
        if table.told == Some(0) {
            return Err(invalid("a table has not the number of rows that was told"));
        }
        let (at, kind) = table.columns.next()?;
        if at == 0 {
            let rows = table.columns.rows();
            if rows.is_multiple_of(GROUP) {
                self.out.put(if rows == 0 { b"<tbody>\n" } else { b"</tbody>\n<tbody>\n" });
            }
            self.out.put(b"<tr>");
        }
        self.out.put(if numeric(kind) { b"<td class=n>" } else { b"<td>" });
        let mut scratch = SCRATCH;
        let value = print(cell, kind, &mut scratch);
        if matches!(cell, Cell::Text(_) | Cell::Link(..)) {
            escape_bytes(&mut self.out.bytes, value);
        } else {
            self.out.put(value);
        }
        Ok(())
    }

    fn end_line(&mut self) -> io::Result<()> {
        let table = self.table.as_mut().ok_or_else(|| invalid("no table was begun"))?;
        table.columns.end()?;
        // The end tags of cells and rows are optional in HTML and a fifth of the page.
        self.out.put(b"\n");
        self.out.spill()
    }
}

fn numeric(kind: Type) -> bool {
    matches!(kind, Type::Int | Type::Count | Type::Hundredths)
}

/// Width of a column, in digits.
fn width(heading: &Heading) -> usize {
    let values = match heading.kind {
        Type::Text if heading.header.ends_with("ID") => 14,
        Type::Text => 22,
        Type::Stamp => 18,
        Type::Date => 12,
        // Ten digits of a person's number beside the padding.
        Type::Code | Type::Id if heading.header.ends_with("ID") => 14,
        Type::Code | Type::Id => 11,
        Type::Num3 | Type::Num4 | Type::Int | Type::Count | Type::Hundredths | Type::Flag => 9,
    };
    let longest_word = heading.header.split(' ').map(|w| w.chars().count()).max().unwrap_or(0);
    values.max(longest_word + 4)
}

/// `25,000 rows`.
fn counted(rows: u64) -> String {
    match rows {
        0 => "No rows.".to_owned(),
        1 => "1 row".to_owned(),
        _ => {
            let digits = rows.to_string();
            let mut text = String::with_capacity(digits.len() * 2);
            for (i, c) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(3) {
                    text.push(',');
                }
                text.push(c);
            }
            text + " rows"
        }
    }
}

/// Bytes that may have to be replaced: markup, controls, and first bytes of characters that HTML does not allow.
static LOOK: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] =
            matches!(b as u8, 0..=0x1f | b'&' | b'<' | b'>' | b'"' | b'\'' | 0x7f | 0xc2 | 0xef | 0xf0..);
        b += 1;
    }
    table
};

/// Text with markup escaped, for other pages than tables.
pub(crate) fn escaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    escape(&mut bytes, text);
    String::from_utf8(bytes).unwrap_or_default()
}

fn escape(bytes: &mut Vec<u8>, text: &str) {
    escape_bytes(bytes, text.as_bytes());
}

/// Adds text with markup escaped. A CR (with an LF or not) becomes an LF, and what HTML forbids becomes U+FFFD.
fn escape_bytes(bytes: &mut Vec<u8>, text: &[u8]) {
    if !text.iter().any(|&b| LOOK[usize::from(b)]) {
        bytes.extend_from_slice(text);
        return;
    }
    let text = String::from_utf8_lossy(text);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let made = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&#39;",
            '\r' if chars.peek() == Some(&'\n') => "",
            '\r' => "\n",
            '\t' | '\n' => {
                bytes.push(c as u8);
                continue;
            }
            c if c.is_control() || matches!(c, '\u{fdd0}'..='\u{fdef}') || c as u32 & 0xfffe == 0xfffe => {
                "\u{fffd}"
            }
            c => {
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        bytes.extend_from_slice(made.as_bytes());
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
