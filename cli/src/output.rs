//! What the program prints: one answer, as text or as one JSON document on standard output; all else on standard error.

use serde::Serialize;
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{self, Write as _},
    process::ExitCode,
};

/// A result that can be printed. Its JSON is its serialisation, a stable interface; its text is for people.
pub trait Report: Serialize {
    /// What a person reads; empty for nothing.
    fn text(&self) -> String;
}

/// A verb's result.
#[derive(Debug)]
pub struct Answer {
    json: Value,
    text: String,
    raw: bool,
    code: u8,
}

impl Answer {
    /// An answer in both forms.
    pub fn new(report: &impl Report) -> Self {
        let json =
            serde_json::to_value(report).expect("reports have string keys and plain numbers; qed");
        Self {
            json,
            text: report.text(),
            raw: false,
            code: 0,
        }
    }

    /// Text that is the same with and without `--json`.
    pub fn raw(text: String) -> Self {
        Self {
            json: Value::Null,
            text,
            raw: true,
            code: 0,
        }
    }

    /// The same answer, with which the program ends otherwise than well.
    pub fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// JSON and exit code, for tests of a verb.
    #[cfg(test)]
    pub fn into_parts(self) -> (Value, u8) {
        (self.json, self.code)
    }

    /// What the program ends with.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// Prints it.
    pub fn print(&self, json: bool) -> io::Result<()> {
        let text = match json && !self.raw {
            true => format!("{:#}", self.json),
            false => self.text.clone(),
        };
        print_line(&text)
    }
}

/// What is done, where there is nothing else to show.
#[derive(Debug, Serialize)]
pub struct Done {
    /// In words.
    pub done: &'static str,
}

impl Report for Done {
    fn text(&self) -> String {
        self.done.into()
    }
}

/// Prints to standard output. A reader that has gone away is no error.
pub fn print_line(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    match writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n')) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Rows under a head, with columns as wide as needed.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain(head.get(column).map(|cell| cell.len()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_string()).collect();
    let lines: Vec<String> = std::iter::once(&head)
        .chain(rows)
        .map(|row| line(row, &widths))
        .collect();
    lines.join("\n")
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let _ = write!(line, "{cell:<width$}  ");
    }
    line.trim_end().to_string()
}

/// Named values, one to a line.
pub fn fields(fields: &[(&str, String)]) -> String {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name:<width$}  {value}"))
        .collect();
    lines.join("\n")
}

/// Text from the chain or a worker, without what could steer a terminal.
pub fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = vec![
            vec!["a".into(), "bb".into()],
            vec!["ccc".into(), "d".into()],
        ];
        assert_eq!(table(&["x", "y"], &rows), "x    y\na    bb\nccc  d");
        assert_eq!(
            fields(&[("a", "1".into()), ("long", "2".into())]),
            "a     1\nlong  2"
        );
    }

    #[test]
    fn foreign_text_steers_no_terminal() {
        assert_eq!(
            printable(b"a\x1b[31mb\n\xff"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}"
        );
    }
}
