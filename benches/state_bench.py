"""A whole state through one worker with two slots: imports, then LEAD refresh and Classes for every district, three
times; started by `BENCH=state_bench benches/queue.sh [DISTRICTS]`. Memory is sampled ten times a second."""

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
import zipfile

import aiohttp
from jobs_bench import API, PROGRAM, WORK, fleet, ready, settings

ROUNDS = 3


def resident(pid):
    """MiB of a process; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            found = file.read().split()
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += file.read().split()
        return set(found)
    except OSError:
        return set()


class Sampler(threading.Thread):
    """Time, resident size of the worker, of its largest executor, and of all of them together."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.seen, self.over = pid, [], threading.Event()

    def run(self):
        while not self.over.wait(0.1):
            executors = [resident(child) for child in children(self.pid)] or [0]
            self.seen.append((time.monotonic(), resident(self.pid), max(executors), sum(executors)))

    def between(self, start, end):
        seen = [sample for sample in self.seen if start <= sample[0] <= end]
        columns = list(zip(*seen))[1:]
        return [(statistics.median(column), max(column)) for column in columns]


def bundles(count):
    """The preset's districts as archives, in a shuffled order, so that large ones do not come together."""
    folder = f"{WORK}/state"
    subprocess.run([PROGRAM, "synth", "--preset", "state", "--out", folder], check=True, stdout=subprocess.DEVNULL)
    names = sorted(name for name in os.listdir(folder) if os.path.isdir(f"{folder}/{name}"))[:count]
    for name in names:
        with zipfile.ZipFile(f"{folder}/{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for table in sorted(os.listdir(f"{folder}/{name}")):
                archive.write(f"{folder}/{name}/{table}", table)
        shutil.rmtree(f"{folder}/{name}")
    random.Random(1).shuffle(names)
    return folder, names


async def ended(session, ids):
    """Waits for jobs, asking for one after the other; each ask waits on the server."""
    for job in ids:
        while True:
            async with session.get(f"/api/v1/jobs/{job}", headers={"Prefer": "wait=60"}) as answer:
                seen = await answer.json()
            if seen["state"] in ("completed", "failed", "canceled"):
                assert seen["state"] == "completed", seen["failure"]
                break


async def post(session, path, body):
    async with session.post(path, json=body) as answer:
        assert answer.status in (200, 202), await answer.text()
        return (await answer.json())["id"]


async def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 171
    folder, names = bundles(count)
    environment = settings() | {"REGISTRAR_WORKER_SLOTS": "2"}
    with fleet(environment, [f"ky-{name}" for name in names]) as (token, roles):
        sampler = Sampler(roles["worker"].pid)
        headers = {"Authorization": f"Bearer {token}"}
        endless = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(f"http://{API}", headers=headers, timeout=endless) as session:
            await ready(session)
            sampler.start()
            start, ids = time.monotonic(), []
            for name in names:
                with open(f"{folder}/{name}.zip", "rb") as archive:
                    path = f"/api/v1/bundles?as_of=2026-02-01T08:00&tenant=ky-{name}"
                    async with session.post(path, data=archive, headers={"Content-Type": "application/zip"}) as answer:
                        assert answer.status == 202, await answer.text()
                        ids.append((await answer.json())["id"])
                os.remove(f"{folder}/{name}.zip")
            await ended(session, ids)
            took = time.monotonic() - start
            print(f"{count} districts imported: {60 * count / took:.0f} jobs a minute (uploads on the way)", flush=True)
            async with session.get("/api/v1/schedules") as answer:
                refreshes = {s["tenant"]: s["id"] for s in (await answer.json())["schedules"]}
            assert len(refreshes) == count
            rounds = []
            for _ in range(ROUNDS):
                start = time.monotonic()
                ids = [await post(session, f"/api/v1/schedules/{refreshes[f'ky-{name}']}/run", {}) for name in names]
                await ended(session, ids)
                request = {"reports": ["classes"], "calendars": {"active_year": True}, "snapshot": "lead", "format": "csv"}
                ids = [await post(session, "/api/v1/jobs",
                                  {"extract": "kecs-lead", "tenant": f"ky-{name}", "request": request}) for name in names]
                await ended(session, ids)
                rounds.append((start, time.monotonic()))
        sampler.over.set()
    took = rounds[-1][1] - rounds[0][0]
    print(f"refresh and Classes, {ROUNDS} times for {count} districts: {60 * 2 * ROUNDS * count / took:.0f} jobs a minute, "
          f"{60 * ROUNDS * count / took:.0f} districts a minute")
    print("\n| third of the run | worker MiB, median / most | largest executor | both executors |")
    print("| --- | ---: | ---: | ---: |")
    for place, (start, end) in zip(("first", "second", "last"), rounds):
        cells = [f"{median:.0f} / {most:.0f}" for median, most in sampler.between(start, end)]
        print(f"| {place} | {' | '.join(cells)} |")
    whole = sampler.between(sampler.seen[0][0], sampler.seen[-1][0])
    print(f"| with the imports | {' | '.join(f'{median:.0f} / {most:.0f}' for median, most in whole)} |")


if __name__ == "__main__":
    asyncio.run(main())
