//! Formats a response as a table.

use console::measure_text_width;
use oas_wire::style::Value;

use super::rows;
use crate::value::get;

/// The space between two columns.
const GAP: &str = "  ";

/// The width that every column keeps, however narrow the terminal is.
const NARROWEST: usize = 8;

/// Formats each item of a list, or each property of an object, as a row; strings are unquoted.
pub(super) fn write(response: &Value, width: Option<usize>) -> String {
    match (rows(response), response) {
        (Some(rows), _) if rows.iter().any(|row| matches!(row, Value::Object(_))) => {
            of_rows(rows, width)
        }
        (Some(rows), _) => lines(rows.iter().map(cell)),
        (None, Value::Object(entries)) => {
            let rows = entries
                .iter()
                .map(|(name, value)| vec![name.clone(), cell(value)]);
            aligned(&rows.collect::<Vec<_>>(), width)
        }
        (None, scalar) => lines([cell(scalar)]),
    }
}

fn of_rows(rows: &[Value], width: Option<usize>) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for row in rows {
        if let Value::Object(entries) = row {
            for (name, _) in entries {
                if !columns.contains(&name.as_str()) {
                    columns.push(name);
                }
            }
        }
    }
    // Scalars come first: nested values are wide, and columns at the right are cut.
    let nests = |column: &&str| {
        let mut values = rows.iter().filter_map(|row| get(row, column));
        values.any(|value| matches!(value, Value::Array(_) | Value::Object(_)))
    };
    let (nested, flat): (Vec<&str>, Vec<&str>) = columns.into_iter().partition(nests);
    let columns: Vec<&str> = flat.into_iter().chain(nested).collect();
    let heads = columns
        .iter()
        .map(|name| oas_wire::text::visible_lines(&name.to_uppercase()));
    let mut table = vec![heads.collect::<Vec<_>>()];
    table.extend(rows.iter().map(|row| {
        let cells = columns
            .iter()
            .map(|column| get(row, column).map(cell).unwrap_or_default());
        cells.collect::<Vec<_>>()
    }));
    aligned(&table, width)
}

/// Formats a value on one line.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_json(),
    };
    oas_wire::text::visible_lines(&text.replace(['\n', '\t'], " "))
}

fn lines(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().map(|cell| cell + "\n").collect()
}

/// Aligns columns. If they are wider than the terminal, the widest are cut until they fit.
fn aligned(rows: &[Vec<String>], width: Option<usize>) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let mut widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells
                .map(|cell| measure_text_width(cell))
                .max()
                .unwrap_or_default()
        })
        .collect();
    if let Some(width) = width {
        let budget = width.saturating_sub(GAP.len() * columns.saturating_sub(1));
        while widths.iter().sum::<usize>() > budget {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
    }
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if index > 0 {
                line.push_str(GAP);
            }
            let cell = cut(cell, *width);
            let blanks = width.saturating_sub(measure_text_width(&cell));
            line.push_str(&cell);
            line.push_str(&" ".repeat(blanks));
        }
        line.truncate(line.trim_end().len());
        line
    };
    lines(rows.iter().map(line))
}

/// Cuts a text to the width of its column.
fn cut(text: &str, width: usize) -> String {
    if measure_text_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += measure_text_width(c.encode_utf8(&mut [0; 4]));
        if taken >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
