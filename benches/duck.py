"""The peer: DuckDB. `duck.py import <bundle> <out> <threads> <tables.csv>` or `duck.py run <snapshot> <out> <threads> <sql> ...`."""

import csv
import json
import os
import sys

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {"int": "INTEGER", "bool": "BOOLEAN", "date": "DATE", "time": "TIME", "datetime": "TIMESTAMP"}


def bundle(connection, source, out, tables):
    """Every CSV with the types that the tables have, so that nothing is guessed; no value is checked further."""
    types = {}
    with open(tables, newline="") as file:
        for row in csv.DictReader(file):
            types.setdefault(row["table"], {})[row["column"].lower()] = TYPES.get(row["type"], "VARCHAR")
    for table, columns in types.items():
        path = os.path.join(source, table + ".csv")
        if not os.path.exists(path):
            continue
        with open(path, newline="", encoding="utf-8-sig") as file:
            names = next(csv.reader(file))
        declared = ", ".join(f"'{n}': '{columns.get(n.lower(), 'VARCHAR')}'" for n in names)
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = ['', 'NULL'], columns = {{{declared}}})) TO '{out}/{table}.parquet' "
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 128000)"
        )


# Tables of the reports that have a table of this name.
TAKEN = {"Enrollment", "Identity", "Plan", "Section"}


def run(connection, snapshot, out, files):
    """The statements of some files over the snapshot's Parquet files."""
    with open(os.path.join(snapshot, "manifest.json")) as file:
        manifest = json.load(file)
    for entry in manifest["tables"]:
        table = entry["table"]
        name = table + "_" if table in TAKEN else table
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{snapshot}/{table}.parquet')")
    for name in files:
        with open(os.path.join(HERE, "sql", name + ".sql")) as file:
            text = file.read()
        text = text.replace("{today}", manifest["as_of"][:10]).replace("{stamp}", "02/01/2026 08:00")
        connection.execute(text.replace("{out}", out))


def main():
    verb, source, out, threads, *rest = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    connection = duckdb.connect(config={"threads": int(threads)})
    if verb == "import":
        bundle(connection, source, out, rest[0])
    else:
        run(connection, source, out, rest)


main()
