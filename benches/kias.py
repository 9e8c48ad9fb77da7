"""KIAS beside DuckDB, which does the joins and filters and counts no days. `benches/run.sh RUNS kias` sets it up."""

import json
import os
import sys

from bench import GENERATED, check, in_turn, measure, sql, table


def main():
    registrar, work, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    snapshot = os.path.join(work, "snapshot-ks")
    mine, theirs = os.path.join(work, "mine-ks"), os.path.join(work, "theirs-ks")
    measure([registrar, "import", os.path.join(work, "bundle-ks"), "--out", snapshot, "--as-of", GENERATED,
             "--progress", "none"])
    request = os.path.join(work, "kias.json")
    with open(request, "w") as file:
        json.dump({"start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": {"active_year": True},
                   "format": "csv"}, file)

    def ours(out):
        return [registrar, "extract", "kias", "--snapshot", snapshot, "--request", request, "--out", out,
                "--generated-at", GENERATED, "--progress", "none"]

    print("Rows of the peer:\n")
    measure(ours(mine))
    measure(sql(snapshot, "2", ["kias"])(theirs))
    names = [name for name in os.listdir(mine) if name.endswith(".csv")]
    check(os.path.join(mine, names[0]), os.path.join(theirs, "KIAS.csv"), "DuckDB, KIAS")
    sides = {
        "registrar": ours,
        "DuckDB, 1 thread": sql(snapshot, "1", ["kias"]),
        "DuckDB, 2 threads": sql(snapshot, "2", ["kias"]),
    }
    table("KIAS, snapshot to CSV; DuckDB without days", "registrar", in_turn(sides, runs, work), lambda us, peer: [
        (f"at least 3 times faster than DuckDB: {peer[0] / us[0]:.1f}", peer[0] >= 3 * us[0]),
    ])


main()
