"""KECS LEAD on districts of 1, 2, 4 and 8 times the preset `district`, with the floor beside it. `benches/run.sh RUNS scale`."""

import json
import os
import shutil
import sys

from bench import GENERATED, SIX, in_turn, measure

TIMES = [1, 2, 4, 8]


def main():
    registrar, work, runs, floor = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    shown = {}
    for times in TIMES:
        bundle, snapshot = os.path.join(work, "bundle-scale"), os.path.join(work, f"snapshot-{times}")
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.rmtree(snapshot, ignore_errors=True)
        measure([registrar, "synth", "--preset", f"district*{times}", "--out", bundle])
        measure([registrar, "import", bundle, "--out", snapshot, "--as-of", GENERATED, "--progress", "none"])
        shutil.rmtree(bundle)
        for name, reports in (("classes", ["classes"]), ("all", SIX)):
            request = os.path.join(work, "scale.json")
            with open(request, "w") as file:
                json.dump({"reports": reports, "calendars": {"active_year": True}, "format": "csv"}, file)

            def ours(out):
                return [registrar, "extract", "kecs-lead", "--snapshot", snapshot, "--request", request, "--out", out,
                        "--generated-at", GENERATED, "--progress", "none"]

            made = os.path.join(work, "made-scale")
            shutil.rmtree(made, ignore_errors=True)
            measure(ours(made))
            files = [os.path.join(made, f) for f in sorted(os.listdir(made)) if f.endswith(".csv")]
            size = sum(os.path.getsize(f) for f in files)
            bytes_out = os.path.join(work, "floor-scale")
            medians = in_turn({
                "ours": ours,
                "floor": lambda _, name=name, files=files: [floor, snapshot, name, bytes_out, *files],
            }, runs, work)
            shown[name, times] = (size, medians["ours"], medians["floor"])
        shutil.rmtree(snapshot)
    for name, title in (("classes", "Classes"), ("all", "All six reports")):
        print(f"\n### {title}, snapshot to CSV, at 1, 2, 4 and 8 times `district` (6,000 students)\n")
        print("| times | MB written | wall s | processor s | peak MiB | floor: wall s | processor s | peak MiB | processor / floor |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for times in TIMES:
            size, ours, under = shown[name, times]
            cells = [f"{times}", f"{size / 1e6:.1f}"]
            for wall, processor, peak in (ours, under):
                cells += [f"{wall:.3f}", f"{processor:.3f}", f"{peak:.0f}"]
            print("| " + " | ".join([*cells, f"{ours[1] / under[1]:.1f}"]) + " |")
        first, last = shown[name, TIMES[0]][1], shown[name, TIMES[-1]][1]
        for at, what in ((1, "processor time"), (2, "peak memory")):
            grown = last[at] / first[at]
            print(f"\n- {'met' if grown <= TIMES[-1] else 'NOT met'}: {what} grows no faster than the data: "
                  f"{grown:.1f} times for {TIMES[-1]}")


main()
