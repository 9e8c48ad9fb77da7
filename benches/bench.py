"""LEAD and import: runs each side in turn, several times, and prints medians and ratios. `benches/run.sh` sets it up."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATED = "2026-02-01T08:00"
SIX = ["detail", "staff", "caseload", "classes", "schoolwide", "issues"]


def measure(command):
    """Wall time, processor time and peak memory of a whole process, as the kernel tells them."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{errors.decode(errors='replace')[-2000:]}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def in_turn(sides, runs, work):
    """Each side once, then each again: a machine that slows down slows all of them down."""
    seen = {name: [] for name in sides}
    for _ in range(runs):
        for name, command in sides.items():
            out = os.path.join(work, "out")
            shutil.rmtree(out, ignore_errors=True)
            seen[name].append(measure(command(out)))
    return {name: [statistics.median(values) for values in zip(*runs)] for name, runs in seen.items()}


def table(title, ours, medians, targets):
    """One table in Markdown, with the ratio of every peer to us."""
    print(f"\n### {title}\n\n| side | wall s | processor s | peak MiB | wall / ours | processor / ours | peak / ours |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    base = medians[ours]
    for name, (wall, cpu, peak) in medians.items():
        ratios = f"{wall / base[0]:.1f} | {cpu / base[1]:.1f} | {peak / base[2]:.1f}"
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {ratios} |")
    duck = [m for name, m in medians.items() if name.startswith("DuckDB")]
    fastest = min(duck or [m for name, m in medians.items() if name != ours], key=lambda m: m[0])
    for words, met in targets(base, fastest):
        print(f"\n- {'met' if met else 'NOT met'}: {words}")
    sys.stdout.flush()


def check(ours, peer, name):
    """The peer does the same work only when it makes the same rows. A process of its own compares them: the peak memory
    of a child begins with that of the process that starts it, so this one has to stay small."""
    sys.stdout.flush()
    if subprocess.run([sys.executable, os.path.join(HERE, "compare.py"), name, ours, peer]).returncode != 0:
        sys.exit(1)


def sql(snapshot, threads, files):
    """DuckDB's side: the statements of some files over a snapshot."""
    duck = [sys.executable, os.path.join(HERE, "duck.py")]
    return lambda out: [*duck, "run", snapshot, out, threads, *files]


def request(work, reports, form="csv"):
    path = os.path.join(work, f"{reports[0]}-{len(reports)}-{form}.json")
    with open(path, "w") as file:
        json.dump({"reports": reports, "calendars": {"active_year": True}, "format": form}, file)
    return path


def main():
    registrar, work, runs, tables = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    bundle, snapshot = os.path.join(work, "bundle"), os.path.join(work, "snapshot")
    measure([registrar, "import", bundle, "--out", snapshot, "--as-of", GENERATED, "--progress", "none"])
    duck = [sys.executable, os.path.join(HERE, "duck.py")]

    def extract(sent):
        fixed = ["--snapshot", snapshot, "--request", sent, "--generated-at", GENERATED, "--progress", "none"]
        return lambda out: [registrar, "extract", "kecs-lead", "--out", out, *fixed]

    def script(name):
        return lambda out: [sys.executable, os.path.join(HERE, name), snapshot, out]

    print("Rows of the peers:\n")
    mine, theirs = os.path.join(work, "mine"), os.path.join(work, "theirs")
    five = ["base", "classes", "detail", "distinct", "staff"]
    measure(extract(request(work, SIX))(mine))
    measure(sql(snapshot, "2", five)(theirs))
    for title in ["Classes", "Detail", "Staff", "Caseload", "Schoolwide"]:
        check(f"{mine}/KECS_LEAD_{title}.csv", f"{theirs}/{title}.csv", f"DuckDB, {title}")
    measure(script("polars_classes.py")(theirs))
    check(f"{mine}/KECS_LEAD_Classes.csv", f"{theirs}/Classes.csv", "Polars, Classes")
    classes = f"{mine}/KECS_LEAD_Classes.csv"

    sides = {
        "registrar": extract(request(work, ["classes"])),
        "DuckDB, 1 thread": sql(snapshot, "1", ["base", "classes"]),
        "DuckDB, 2 threads": sql(snapshot, "2", ["base", "classes"]),
        "Polars": script("polars_classes.py"),
    }
    table("Classes, snapshot to CSV", "registrar", in_turn(sides, runs, work), lambda us, peer: [
        (f"at least 5 times faster than DuckDB: {peer[0] / us[0]:.1f}", peer[0] >= 5 * us[0]),
        (f"at most half of its peak memory: {us[2] / peer[2]:.2f}", us[2] * 2 <= peer[2]),
    ])

    sides = {
        "registrar": lambda out: [registrar, "import", bundle, "--out", out, "--progress", "none"],
        "DuckDB, 1 thread": lambda out: [*duck, "import", bundle, out, "1", tables],
        "DuckDB, 2 threads": lambda out: [*duck, "import", bundle, out, "2", tables],
    }
    table("Import with every check; DuckDB without any", "registrar", in_turn(sides, runs, work), lambda us, peer: [
        (f"at least as fast as DuckDB: {peer[0] / us[0]:.2f}", peer[0] >= us[0]),
        (f"under 300 MiB: {us[2]:.0f}", us[2] < 300),
    ])

    sides = {
        "registrar, six reports": extract(request(work, SIX)),
        "DuckDB, five reports, 1 thread": sql(snapshot, "1", five),
        "DuckDB, five reports, 2 threads": sql(snapshot, "2", five),
    }
    table("All six reports, snapshot to CSV (DuckDB without Issues)", "registrar, six reports",
          in_turn(sides, runs, work), lambda us, peer: [
              (f"at least 5 times faster than DuckDB: {peer[0] / us[0]:.1f}", peer[0] >= 5 * us[0]),
              (f"at most a quarter of its peak memory: {us[2] / peer[2]:.2f}", us[2] * 4 <= peer[2]),
          ])

    sides = {
        "registrar": extract(request(work, ["classes"], "xlsx")),
        "xlsxwriter, rows given": lambda out: [sys.executable, os.path.join(HERE, "workbook.py"), classes, out],
    }
    table("Classes, snapshot to workbook; xlsxwriter from a finished CSV", "registrar", in_turn(sides, runs, work),
          lambda us, peer: [
              (f"at least 7 times faster than xlsxwriter: {peer[0] / us[0]:.1f}", peer[0] >= 7 * us[0]),
              (f"under 150 MB: {us[2] * 1.048576:.0f}", us[2] * 1.048576 < 150),
          ])


if __name__ == "__main__":
    main()
