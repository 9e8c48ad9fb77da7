"""Drives the queue benchmarks; started by queue.sh. Judges nothing: it prints figures and ratios."""

import asyncio
import contextlib
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import aiohttp

import peers

WORK = os.environ["BENCH_WORK"]
PROGRAM, LOAD = os.environ["REGISTRAR"], os.environ["LOAD"]
API = "127.0.0.1:18080"


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def said(name: str, values: list[float]) -> str:
    return f"{name} p50 {quantile(values, 0.5) * 1000:.1f} ms, p95 {quantile(values, 0.95) * 1000:.1f} ms"


def settings() -> dict[str, str]:
    os.makedirs(f"{WORK}/storage", exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "REGISTRAR_DATABASE_URL": os.environ["BENCH_POSTGRES"],
        "REGISTRAR_BROKER_URL": os.environ["BENCH_AMQP"],
        "REGISTRAR_STORAGE_URL": f"file://{WORK}/storage",
        "REGISTRAR_TOKENS_FILE": f"{WORK}/tokens.jsonl",
        "REGISTRAR_WORKER_SCRATCH": f"{WORK}/scratch",
        "REGISTRAR_API_LISTEN": API,
        "REGISTRAR_CATALOGUE_PROBE": "true",
        "REGISTRAR_LOG_LEVEL": "warn",
        "REGISTRAR_WORKER_SLOTS": os.environ.get("BENCH_SLOTS", "32"),
    }


@contextlib.contextmanager
def fleet(environment: dict[str, str], tenants: list[str]) -> Iterator[tuple[str, dict[str, subprocess.Popen[bytes]]]]:
    """An API, a scheduler and a worker, each a process; a token, and the processes by role."""
    subprocess.run([PROGRAM, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    named = [word for tenant in tenants for word in ("--tenant", tenant)]
    made = subprocess.run([PROGRAM, "token", "new", *named, "--rights", "all"], env=environment,
                          check=True, capture_output=True, text=True)
    roles = {role: subprocess.Popen([PROGRAM, role], env=environment) for role in ("api", "scheduler", "worker")}
    try:
        yield made.stdout.strip(), roles
    finally:
        for role in roles.values():
            role.terminate()
        for role in roles.values():
            role.wait()


async def ready(session: aiohttp.ClientSession) -> None:
    """Waits for the API, at most 20 seconds."""
    for _ in range(200):
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get("/readyz") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.1)
    sys.exit("the API is not ready")


def load(token: str, *words: str) -> dict[str, float]:
    environment = os.environ | {"LOAD_API": API, "LOAD_TOKEN": token}
    ran = subprocess.run([LOAD, *words], env=environment, check=True, capture_output=True, text=True)
    return json.loads(ran.stdout)


def moment(text: str) -> float:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


async def pickups(token: str, count: int) -> list[float]:
    """Idle pickup: from before the request is sent to the claim, by the one clock of this machine."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(f"http://{API}", headers=headers) as session:
        await ready(session)
        waits = []
        for _ in range(count + 10):
            await asyncio.sleep(random.uniform(0.03, 0.12))
            sent = time.time()
            async with session.post("/api/v1/jobs", json={"extract": "probe", "request": {}}) as answer:
                job = await answer.json()
            while job["started_at"] is None:
                await asyncio.sleep(0.02)
                async with session.get(f"/api/v1/jobs/{job['id']}") as answer:
                    job = await answer.json()
            waits.append(moment(job["started_at"]) - sent)
        return waits[10:]


def main() -> None:
    runs, jobs = int(os.environ.get("BENCH_RUNS", "3")), int(os.environ.get("BENCH_JOBS", "10000"))
    environment = settings()
    ours, replies, rates = [], [], []
    plain, recorded, table = [], [], []
    celery, procrastinate = [], []
    peers.procrastinate_schema()
    for _ in range(runs):
        with fleet(environment, ["bench"]) as (token, _):
            ours += asyncio.run(pickups(token, 100))
            replies.append(load(token, "submits", "--rate", "200", "--seconds", "10"))
            rates.append(load(token, "jobs", "--count", str(jobs))["per_second"])
        plain += peers.celery_pickups(100, records=False)
        recorded += peers.celery_pickups(100, records=True)
        table += peers.procrastinate_pickups(100)
        celery.append(peers.celery_nothings(jobs // 4))
        procrastinate.append(peers.procrastinate_nothings(jobs // 4))
    print("submit reply at 200 a second: "
          + "; ".join(f"p50 {r['p50_ms']:.1f} ms, p99 {r['p99_ms']:.1f} ms" for r in replies))
    sides = {"Celery, status not recorded": plain, "Celery, status recorded": recorded, "procrastinate": table}
    print(said("idle pickup: Registrar", ours))
    for name, waits in sides.items():
        print(f"    {said(name, waits)}; ratio of p95 {quantile(waits, 0.95) / quantile(ours, 0.95):.2f}")
    print(f"no-op jobs a second, median of {runs}: Registrar {statistics.median(rates):.0f} "
          f"({', '.join(f'{r:.0f}' for r in rates)})")
    for name, theirs in {"Celery": celery, "procrastinate": procrastinate}.items():
        print(f"    {name} {statistics.median(theirs):.0f}; "
              f"ratio {statistics.median(rates) / statistics.median(theirs):.1f}")


if __name__ == "__main__":
    main()
