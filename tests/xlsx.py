"""Opens a workbook with openpyxl and prints what a person would see of it, as JSON."""

import json
import sys

import openpyxl


def kind(cell):
    """The type of a cell's value as the file says it."""
    if cell.is_date:
        return "date"
    return {"n": "number", "s": "text", "inlineStr": "text", "b": "bool"}.get(cell.data_type, cell.data_type)


def printed(cell):
    """A value as text; dates as MM/DD/YYYY."""
    if cell.value is None:
        return ""
    if cell.is_date:
        return cell.value.strftime("%m/%d/%Y")
    return str(cell.value)


def filled(lines, column):
    """The cells of a column that hold something."""
    return [line[column] for line in lines if line[column].value is not None]


def sheet(ws):
    """Header, lines, types of the columns, and what a person can do with the sheet."""
    rows = list(ws.iter_rows())
    header, lines = rows[0], rows[1:]
    return {
        "name": ws.title,
        "header": [c.value for c in header],
        "bold": all(c.font.bold for c in header),
        "frozen": ws.freeze_panes,
        "filter": ws.auto_filter.ref,
        "size": ws.dimensions,
        "types": [sorted({kind(c) for c in filled(lines, i)}) for i in range(len(header))],
        "formats": [sorted({c.number_format for c in filled(lines, i)}) for i in range(len(header))],
        "lines": [[printed(c) for c in line] for line in lines],
        "links": {c.coordinate: c.hyperlink.location for row in rows for c in row if c.hyperlink},
    }


def main():
    workbook = openpyxl.load_workbook(sys.argv[1])
    json.dump([sheet(ws) for ws in workbook.worksheets], sys.stdout)


main()
