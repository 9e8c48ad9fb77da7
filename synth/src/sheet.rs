//! One CSV file of a bundle, written row by row.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use campus::date::Date;
use campus::tables::Table;

/// 2026-02-02T12:00:00Z as seconds: every file's time, so that a bundle's as-of date does not move.
const FILE_TIME: u64 = 1_770_033_600;

/// A table's file under construction. Fields are added in the declared order, `end` closes the row.
pub struct Sheet {
    out: BufWriter<File>,
    line: Vec<u8>,
    fields: usize,
    table: &'static Table,
    rows: u64,
}

impl Sheet {
    /// Makes the file of a table in a folder and writes its header.
    pub fn create(folder: &Path, table: &'static Table) -> io::Result<Sheet> {
        let file = File::create(folder.join(format!("{}.csv", table.name)))?;
        let out = BufWriter::with_capacity(1 << 18, file);
        let mut sheet = Sheet { out, line: Vec::with_capacity(256), fields: 0, table, rows: 0 };
        for column in table.columns {
            sheet.text(column.name);
        }
        sheet.end()?;
        sheet.rows = 0;
        Ok(sheet)
    }

    fn comma(&mut self) {
        if self.fields > 0 {
            self.line.push(b',');
        }
        self.fields += 1;
    }

    fn digits(&mut self, value: u64, width: usize) {
        let mut buffer = [b'0'; 20];
        let (mut at, mut left) = (buffer.len(), value);
        while left > 0 {
            at -= 1;
            buffer[at] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        self.line.extend_from_slice(&buffer[at.min(buffer.len() - width)..]);
    }

    /// A whole number.
    pub fn int(&mut self, value: u32) -> &mut Sheet {
        self.comma();
        self.digits(u64::from(value), 1);
        self
    }

    /// Digits with zeros in front.
    pub fn padded(&mut self, value: u64, width: usize) -> &mut Sheet {
        self.comma();
        self.digits(value, width);
        self
    }

    /// A text, quoted where it must be; an empty one is null.
    pub fn text(&mut self, value: &str) -> &mut Sheet {
        self.comma();
        if value.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
            let quoted = format!("\"{}\"", value.replace('"', "\"\""));
            self.line.extend_from_slice(quoted.as_bytes());
        } else {
            self.line.extend_from_slice(value.as_bytes());
        }
        self
    }

    /// A date, YYYY-MM-DD.
    pub fn date(&mut self, value: Date) -> &mut Sheet {
        self.comma();
        let (year, month, day) = value.ymd();
        self.digits(year as u64, 4);
        self.line.push(b'-');
        self.digits(u64::from(month), 2);
        self.line.push(b'-');
        self.digits(u64::from(day), 2);
        self
    }

    /// A date or null.
    pub fn date_or_null(&mut self, value: Option<Date>) -> &mut Sheet {
        match value {
            Some(date) => self.date(date),
            None => self.nulls(1),
        }
    }

    /// 1 or 0.
    pub fn bool(&mut self, value: bool) -> &mut Sheet {
        self.int(u32::from(value))
    }

    /// That many empty fields.
    pub fn nulls(&mut self, count: usize) -> &mut Sheet {
        (0..count).for_each(|_| self.comma());
        self
    }

    /// A whole row as its text, without a quoted comma.
    pub fn raw(&mut self, row: &str) -> io::Result<()> {
        self.line.extend_from_slice(row.as_bytes());
        self.fields = row.split(',').count();
        self.end()
    }

    /// Closes the row; columns not reached are null.
    pub fn end(&mut self) -> io::Result<()> {
        let columns = self.table.columns.len();
        debug_assert!(self.fields <= columns, "{}: too many fields", self.table.name);
        self.nulls(columns - self.fields);
        self.line.extend_from_slice(b"\r\n");
        self.out.write_all(&self.line)?;
        self.line.clear();
        self.fields = 0;
        self.rows += 1;
        Ok(())
    }

    /// Closes the file and tells its rows.
    pub fn finish(self) -> io::Result<u64> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(FILE_TIME))?;
        Ok(self.rows)
    }
}
