"""Drives the queue benchmarks; started by queue.sh."""

import asyncio
import datetime
import os
import random
import subprocess
import sys
import time

import aiohttp

WORK = os.environ["BENCH_WORK"]
PROGRAM = os.environ["REGISTRAR"]


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def settings() -> dict[str, str]:
    os.makedirs(f"{WORK}/storage", exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "REGISTRAR_DATABASE_URL": os.environ["BENCH_POSTGRES"],
        "REGISTRAR_BROKER_URL": os.environ["BENCH_AMQP"],
        "REGISTRAR_STORAGE_URL": f"file://{WORK}/storage",
        "REGISTRAR_TOKENS_FILE": f"{WORK}/tokens.jsonl",
        "REGISTRAR_WORKER_SCRATCH": f"{WORK}/scratch",
        "REGISTRAR_API_LISTEN": "127.0.0.1:18080",
        "REGISTRAR_CATALOGUE_PROBE": "true",
        "REGISTRAR_LOG_LEVEL": "warn",
        "REGISTRAR_WORKER_SLOTS": os.environ.get("BENCH_SLOTS", "8"),
    }


def moment(text: str) -> float:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


async def submit_rate(session: aiohttp.ClientSession, rate: int, seconds: int) -> list[float]:
    """Open loop: a submit is sent when its time has come, whatever the others do."""
    replies: list[float] = []
    body = {"extract": "probe", "request": {}}

    async def one() -> None:
        start = time.perf_counter()
        async with session.post("/api/v1/jobs", json=body) as answer:
            assert answer.status == 202, await answer.text()
        replies.append(time.perf_counter() - start)

    start, tasks = time.perf_counter(), []
    for number in range(rate * seconds):
        pause = start + number / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    return replies


async def pickups(session: aiohttp.ClientSession, count: int) -> list[float]:
    """Idle pickup: from before the request is sent to the claim, by the one clock of this machine."""
    waits = []
    for _ in range(count):
        await asyncio.sleep(random.uniform(0.03, 0.12))
        sent = time.time()
        async with session.post("/api/v1/jobs", json={"extract": "probe", "request": {}}) as answer:
            job = await answer.json()
        while job["started_at"] is None:
            await asyncio.sleep(0.02)
            async with session.get(f"/api/v1/jobs/{job['id']}") as answer:
                job = await answer.json()
        waits.append(moment(job["started_at"]) - sent)
    return waits


async def drained(session: aiohttp.ClientSession) -> None:
    while True:
        async with session.get("/api/v1/jobs?state=queued,processing&limit=1") as answer:
            if not (await answer.json())["jobs"]:
                return
        await asyncio.sleep(0.05)


async def no_ops(session: aiohttp.ClientSession, count: int) -> float:
    """Jobs a second, submit to completed, with 64 submits under way at a time."""
    gate = asyncio.Semaphore(64)

    async def one() -> None:
        async with gate, session.post("/api/v1/jobs", json={"extract": "probe", "request": {}}) as answer:
            assert answer.status == 202

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    await drained(session)
    return count / (time.perf_counter() - start)


def celery_pickups(count: int) -> list[float]:
    environment = os.environ | {"PYTHONPATH": "benches/peer"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "celery_app", "worker", "--concurrency", "2", "--loglevel", "ERROR",
         "--without-gossip", "--without-mingle"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sys.path.insert(0, "benches/peer")
    import celery_app

    path = f"{WORK}/pickups"
    try:
        celery_app.pickup.delay(time.time())
        while not os.path.exists(path):
            time.sleep(0.1)
        for _ in range(count):
            time.sleep(random.uniform(0.03, 0.12))
            celery_app.pickup.delay(time.time())
        while sum(1 for _ in open(path)) < count + 1:
            time.sleep(0.05)
    finally:
        worker.terminate()
        worker.wait()
    return [float(line) for line in open(path)][1:]


async def main() -> None:
    environment = settings()
    subprocess.run([PROGRAM, "migrate"], env=environment, check=True)
    made = subprocess.run([PROGRAM, "token", "new", "--tenant", "bench", "--rights", "all"], env=environment,
                          check=True, capture_output=True, text=True)
    roles = [subprocess.Popen([PROGRAM, role], env=environment) for role in ("api", "scheduler", "worker")]
    try:
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        connector = aiohttp.TCPConnector(limit=256)
        async with aiohttp.ClientSession("http://127.0.0.1:18080", headers=headers, connector=connector) as session:
            for _ in range(200):
                try:
                    async with session.get("/readyz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
            await pickups(session, 20)
            ours = await pickups(session, 200)
            replies = await submit_rate(session, 200, 10)
            await drained(session)
            rate = max([await no_ops(session, 4000) for _ in range(3)])
    finally:
        for role in roles:
            role.terminate()
        for role in roles:
            role.wait()
    milli = 1000
    print(f"submit reply at 200 a second: p50 {quantile(replies, 0.5) * milli:.1f} ms, p99 {quantile(replies, 0.99) * milli:.1f} ms")
    print(f"no-op jobs a second, submit to completed: {rate:.0f}", flush=True)
    print(f"idle pickup: Registrar p50 {quantile(ours, 0.5) * milli:.1f} ms, p95 {quantile(ours, 0.95) * milli:.1f} ms", flush=True)
    theirs = celery_pickups(200)
    print(f"idle pickup: Registrar p50 {quantile(ours, 0.5) * milli:.1f} ms, p95 {quantile(ours, 0.95) * milli:.1f} ms;"
          f" Celery p50 {quantile(theirs, 0.5) * milli:.1f} ms, p95 {quantile(theirs, 0.95) * milli:.1f} ms;"
          f" ratio of p95 {quantile(theirs, 0.95) / quantile(ours, 0.95):.2f}")


if __name__ == "__main__":
    asyncio.run(main())
