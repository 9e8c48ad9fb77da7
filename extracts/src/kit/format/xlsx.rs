//! A workbook: one sheet per report, written row by row to scratch files so that memory stays constant.
//!
//! The header row is bold, frozen and has the filter on. Dates, stamps, ints and counts are real dates and numbers; ids,
//! codes, num3, flags and text are text cells. What a workbook cannot hold is written as its printed text (a date
//! before 1900, a number of more than 15 digits), and a text is cut at Excel's 32,767 UTF-16 units.

use std::io::{self, Seek, Write};
use std::path::Path;

use campus::date::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Url, Workbook, Worksheet, XlsxError,
};

use super::out::{Columns, invalid};
use super::text::{SCRATCH, print};
use super::{Heading, Lines};
use crate::kit::cell::{Cell, Type};

/// Lines a sheet can hold below its header row.
pub const SHEET_ROWS: u32 = 1_048_575;

/// Excel keeps 15 digits of a number.
const LARGEST_NUMBER: u64 = 999_999_999_999_999;

/// Longest text of a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;

/// Above this estimate of a sheet's bytes the file needs 64-bit sizes (below, every reader can open it).
const LARGE_SHEET: u64 = 2 << 30;

/// A workbook being written.
pub struct Xlsx {
    workbook: Workbook,
    sheet: Option<Sheet>,
    sheet_rows: u32,
    large: bool,
    bold: Format,
    formats: [Format; 5],
}

/// The sheet being written; a report that needs more rows continues on another.
struct Sheet {
    name: String,
    number: u32,
    headings: Vec<Heading>,
    columns: Columns,
    sheet: Worksheet,
    row: u32,
    bytes: u64,
}

impl Xlsx {
    /// Begins a workbook. `scratch` is where sheets wait until they are packed (the system's place without it), `created`
    /// is the creation time in the document's properties: the same input gives the same bytes.
    pub fn new(scratch: Option<&Path>, created: (Date, u16)) -> io::Result<Xlsx> {
        let mut workbook = Workbook::new();
        if let Some(dir) = scratch {
            workbook.set_tempdir(dir).map_err(failed)?;
        }
        let created = moment(created.0, created.1).ok_or_else(|| invalid("no time of creation"))?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let formats =
            ["@", "0", "mm/dd/yyyy", "mm/dd/yyyy hh:mm", "0.00"].map(|f| Format::new().set_num_format(f));
        Ok(Xlsx { workbook, sheet: None, sheet_rows: SHEET_ROWS, large: false, bold, formats })
    }

    /// Begins the sheet of a report, after the one before. Refused: a name that Excel does not take.
    pub fn begin_sheet(&mut self, name: &str, headings: &[Heading]) -> io::Result<()> {
        self.end_sheet()?;
        let sheet = self.blank(name, headings)?;
        self.sheet = Some(Sheet {
            name: name.to_owned(),
            number: 1,
            headings: headings.to_vec(),
            columns: Columns::of(headings),
            sheet,
            row: 0,
            bytes: 0,
        });
        Ok(())
    }

    /// Lines of the report so far, on all its sheets.
    pub fn rows(&self) -> u64 {
        self.sheet.as_ref().map_or(0, |s| s.columns.rows())
    }

    /// Packs the workbook into a file.
    pub fn finish<W: Write + Seek + Send>(mut self, writer: W) -> io::Result<()> {
        self.end_sheet()?;
        if self.workbook.worksheets().is_empty() {
            return Err(invalid("a workbook has no sheet"));
        }
        self.workbook.use_zip_large_file(self.large);
        self.workbook.save_to_writer(writer).map_err(failed)
    }

    /// An empty sheet with its header row.
    fn blank(&mut self, name: &str, headings: &[Heading]) -> io::Result<Worksheet> {
        let mut sheet = self.workbook.new_worksheet_with_constant_memory().map_err(failed)?;
        self.head(&mut sheet, name, headings).map_err(failed)?;
        Ok(sheet)
    }

    fn head(&self, sheet: &mut Worksheet, name: &str, headings: &[Heading]) -> Result<(), XlsxError> {
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        // Not every program finds out by itself how high a wrapped header is.
        sheet.set_row_height(0, LINE * headings.iter().map(header_lines).max().unwrap_or(1) as f64)?;
        for (at, heading) in (0u16..).zip(headings) {
            sheet.set_column_width(at, width(heading))?;
            sheet.set_column_format(at, &self.formats[format_of(heading.kind)])?;
            sheet.write_string_with_format(0, at, heading.header, &self.bold)?;
        }
        Ok(())
    }

    /// Completes the sheet: only now is it known how far its filter reaches.
    fn end_sheet(&mut self) -> io::Result<()> {
        if let Some(sheet) = self.sheet.take() {
            sheet.columns.between_lines()?;
            self.close(sheet.sheet, sheet.row, &sheet.headings, sheet.bytes)?;
        }
        Ok(())
    }

    fn close(&mut self, mut sheet: Worksheet, rows: u32, headings: &[Heading], bytes: u64) -> io::Result<()> {
        if let Some(last) = headings.len().checked_sub(1) {
            let last = u16::try_from(last).map_err(|_| invalid("too many columns"))?;
            sheet.autofilter(0, 0, rows, last).map_err(failed)?;
            sheet
                .ignore_error_range(0, 0, rows.max(1), last, IgnoreError::NumberStoredAsText)
                .map_err(failed)?;
        }
        self.large |= bytes > LARGE_SHEET;
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    /// Goes on with the report on the next sheet.
    fn split(&mut self, full: &mut Sheet) -> io::Result<()> {
        full.number += 1;
        let next = self.blank(&format!("{} {}", full.name, full.number), &full.headings)?;
        let done = std::mem::replace(&mut full.sheet, next);
        self.close(done, full.row, &full.headings, full.bytes)?;
        (full.row, full.bytes) = (0, 0);
        Ok(())
    }
}

impl Lines for Xlsx {
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        if self.sheet.as_ref().is_some_and(|s| s.row == self.sheet_rows)
            && let Some(mut full) = self.sheet.take()
        {
            self.split(&mut full)?;
            self.sheet = Some(full);
        }
        let sheet = self.sheet.as_mut().ok_or_else(|| invalid("no sheet was begun"))?;
        let (at, kind) = sheet.columns.next()?;
        let at = u16::try_from(at).map_err(|_| invalid("too many columns"))?;
        sheet.write(at, kind, cell).map_err(failed)
    }

    fn end_line(&mut self) -> io::Result<()> {
        let sheet = self.sheet.as_mut().ok_or_else(|| invalid("no sheet was begun"))?;
        sheet.columns.end()?;
        sheet.row += 1;
        Ok(())
    }
}

impl Sheet {
    fn write(&mut self, at: u16, kind: Type, cell: Cell<'_>) -> Result<(), XlsxError> {
        let row = self.row + 1;
        self.bytes += 64;
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Number(n)
                if matches!(kind, Type::Int | Type::Count) && n.unsigned_abs() <= LARGEST_NUMBER =>
            {
                self.sheet.write_number(row, at, n as f64)?;
                return Ok(());
            }
            Cell::Hundredths(n) if n <= LARGEST_NUMBER => {
                self.sheet.write_number(row, at, n as f64 / 100.0)?;
                return Ok(());
            }
            Cell::Date(date) if kind == Type::Date => {
                if let Some(date) = moment(date, 0) {
                    self.sheet.write_datetime(row, at, &date)?;
                    return Ok(());
                }
            }
            Cell::Stamp(date, minutes) if kind == Type::Stamp => {
                if let Some(stamp) = moment(date, minutes) {
                    self.sheet.write_datetime(row, at, &stamp)?;
                    return Ok(());
                }
            }
            Cell::Link(name, line) => {
                let link = Url::new(address(name, line)).set_text(name);
                self.sheet.write_url(row, at, link)?;
                return Ok(());
            }
            _ => {}
        }
        let mut scratch = SCRATCH;
        let text = String::from_utf8_lossy(print(cell, kind, &mut scratch));
        let text = cut(&text);
        self.bytes += text.len() as u64;
        self.sheet.write_string(row, at, text)?;
        Ok(())
    }
}

/// Where a line of a report is, whose sheets may be several; 0 is its header row.
fn address(name: &str, line: u32) -> String {
    let (sheet, row) = match line.checked_sub(1) {
        None => (0, 1),
        Some(before) => (before / SHEET_ROWS, before % SHEET_ROWS + 2),
    };
    match sheet {
        0 => format!("internal:'{name}'!A{row}"),
        _ => format!("internal:'{name} {}'!A{row}", sheet + 1),
    }
}

/// The part of a text that a cell can hold.
fn cut(text: &str) -> &str {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LONGEST_TEXT {
            return &text[..at];
        }
    }
    text
}

/// A date and minutes as Excel has them: from 1900 on.
fn moment(date: Date, minutes: u16) -> Option<ExcelDateTime> {
    let (year, month, day) = date.ymd();
    if year < 1900 || minutes >= 24 * 60 {
        return None;
    }
    let date = ExcelDateTime::from_ymd(year.try_into().ok()?, month as u8, day as u8).ok()?;
    date.and_hms(minutes / 60, (minutes % 60) as u8, 0).ok()
}

/// Which of the column formats a type has.
fn format_of(kind: Type) -> usize {
    match kind {
        Type::Text | Type::Code | Type::Id | Type::Num3 | Type::Num4 | Type::Flag => 0,
        Type::Int | Type::Count => 1,
        Type::Date => 2,
        Type::Stamp => 3,
        Type::Hundredths => 4,
    }
}

/// Height of a line of text, in points.
const LINE: f64 = 15.0;

/// Lines that a header takes beside the filter's arrow, broken between words.
fn header_lines(heading: &Heading) -> usize {
    let room = width(heading) as usize - 3;
    let (mut lines, mut taken) = (1, 0);
    for letters in heading.header.split(' ').map(|word| word.chars().count()) {
        let with_word = if taken == 0 { letters } else { taken + 1 + letters };
        (lines, taken) =
            if with_word > room && taken > 0 { (lines + 1, letters) } else { (lines, with_word) };
    }
    lines
}

/// Width of a column, in characters: room for its values, and for its header with the filter's arrow on up to two lines.
fn width(heading: &Heading) -> f64 {
    let values: usize = match heading.kind {
        Type::Text => 20,
        Type::Date => 12,
        Type::Stamp => 17,
        Type::Code | Type::Id => 10,
        Type::Num3 | Type::Num4 | Type::Int | Type::Count | Type::Hundredths | Type::Flag => 8,
    };
    let header = heading.header.chars().count();
    let longest_word = heading.header.split(' ').map(|w| w.chars().count()).max().unwrap_or(0);
    let header = header.div_ceil(2).max(longest_word).min(60) + 3;
    values.max(header) as f64
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
