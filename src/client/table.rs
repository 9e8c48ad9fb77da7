//! Rows in columns, as wide as they need.

use serde_json::Value;

use crate::commands::Failure;

/// Prints a header and rows; numbers do not need more than that.
pub fn print(header: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        println!("{}", padded.join("  ").trim_end());
    };
    line(&mut header.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
}

/// A member of an answer as a cell; null is empty.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The members of each object of a list as rows.
pub fn rows(list: &Value, members: &[&str]) -> Vec<Vec<String>> {
    let objects = list.as_array().map(Vec::as_slice).unwrap_or_default();
    objects.iter().map(|object| members.iter().map(|member| cell(&object[*member])).collect()).collect()
}

/// One JSON object a line.
pub fn lines(list: &Value) {
    list.as_array().into_iter().flatten().for_each(|object| println!("{object}"));
}

/// An answer as JSON that people can read.
pub fn pretty(value: &Value) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(value).map_err(|e| Failure::new(1, e))?);
    Ok(())
}
