"""The peer for workbooks: xlsxwriter in constant memory. `workbook.py <csv> <out>`."""

import csv
import datetime
import os
import sys

import xlsxwriter

DATES = {"Section Start Date", "Section End Date"}
NUMBERS = {"EndYear", "Section Number"}
FIRST_COUNT = 23


def main():
    source, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    book = xlsxwriter.Workbook(os.path.join(out, "Classes.xlsx"), {"constant_memory": True})
    sheet = book.add_worksheet("Classes")
    bold = book.add_format({"bold": True})
    date = book.add_format({"num_format": "mm/dd/yyyy"})
    stamp = book.add_format({"num_format": "mm/dd/yyyy hh:mm"})
    with open(source, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        names = next(lines)
        for at, name in enumerate(names):
            sheet.write_string(0, at, name, bold)
        for row, line in enumerate(lines, 1):
            for at, (name, value) in enumerate(zip(names, line)):
                if not value:
                    continue
                if at >= FIRST_COUNT or name in NUMBERS:
                    sheet.write_number(row, at, int(value))
                elif name in DATES:
                    month, day, year = value.split("/")
                    sheet.write_datetime(row, at, datetime.datetime(int(year), int(month), int(day)), date)
                elif at == 0:
                    sheet.write_datetime(row, at, datetime.datetime.strptime(value, "%m/%d/%Y %H:%M"), stamp)
                else:
                    sheet.write_string(row, at, value)
    sheet.freeze_panes(1, 0)
    book.close()


main()
