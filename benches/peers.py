"""The peers of the queue benchmarks: how fast they pick a task up, and how many that do nothing they finish a second."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Process

WORK = os.environ["BENCH_WORK"]
PICKUPS = f"{WORK}/pickups"
sys.path.insert(0, "benches/peer")


@contextmanager
def running(command: list[str], **more: str) -> Iterator[None]:
    environment = os.environ | {"PYTHONPATH": "benches/peer"} | more
    worker = subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def celery_worker(concurrency: int) -> list[str]:
    return ["celery", "-A", "celery_app", "worker", "--concurrency", str(concurrency), "--loglevel", "ERROR",
            "--without-gossip", "--without-mingle", "--without-heartbeat"]


def lines() -> list[float]:
    return [float(line) for line in open(PICKUPS)] if os.path.exists(PICKUPS) else []


def picked(send: Callable[[float], object], count: int) -> list[float]:
    """Sends one task after the other to an idle worker; seconds from before each send to the task's first line."""
    if os.path.exists(PICKUPS):
        os.remove(PICKUPS)
    for sent in range(count + 10):
        send(time.time())
        while len(lines()) <= sent:
            time.sleep(0.01)
        time.sleep(random.uniform(0.03, 0.12))
    return lines()[10:]


def celery_pickups(count: int, records: bool) -> list[float]:
    os.environ["PEER_RECORDS"] = "yes" if records else "no"
    # The module reads its environment when it is loaded.
    sys.modules.pop("celery_app", None)
    import celery_app

    with running(celery_worker(2)):
        return picked(celery_app.pickup.delay, count)


def count_of(query: str) -> int:
    import psycopg

    with psycopg.connect(os.environ["BENCH_POSTGRES"]) as connection:
        return connection.execute(query).fetchone()[0]


def finished(query: str, before: int, count: int, start: float) -> float:
    """Tasks a second, once so many more rows are counted."""
    while count_of(query) < before + count:
        time.sleep(0.1)
    return count / (time.perf_counter() - start)


def _celery_send(count: int) -> None:
    import celery_app

    for _ in range(count):
        celery_app.nothing.delay()


def celery_nothings(count: int, producers: int = 4) -> float:
    os.environ["PEER_RECORDS"] = "yes"
    sys.modules.pop("celery_app", None)
    import celery_app

    with running(celery_worker(4)):
        # The first result makes the table.
        celery_app.nothing.delay().get(timeout=60)
        done = "select count(*) from celery_taskmeta where status = 'SUCCESS'"
        before, start = count_of(done), time.perf_counter()
        sending = [Process(target=_celery_send, args=(count // producers,)) for _ in range(producers)]
        for process in sending:
            process.start()
        for process in sending:
            process.join()
        return finished(done, before, count // producers * producers, start)


def procrastinate_worker(concurrency: int) -> list[str]:
    return ["procrastinate", "--app", "procrastinate_app.app", "worker", "--concurrency", str(concurrency)]


def procrastinate_schema() -> None:
    environment = os.environ | {"PYTHONPATH": "benches/peer"}
    command = [sys.executable, "-m", "procrastinate", "--app", "procrastinate_app.app", "schema", "--apply"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def procrastinate_pickups(count: int) -> list[float]:
    import procrastinate_app

    async def all_of_them() -> list[float]:
        if os.path.exists(PICKUPS):
            os.remove(PICKUPS)
        async with procrastinate_app.app.open_async():
            for sent in range(count + 10):
                await procrastinate_app.pickup.defer_async(sent=time.time())
                while len(lines()) <= sent:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(random.uniform(0.03, 0.12))
        return lines()[10:]

    with running(procrastinate_worker(2)):
        return asyncio.run(all_of_them())


def procrastinate_nothings(count: int) -> float:
    import procrastinate_app

    done = "select count(*) from procrastinate_jobs where status = 'succeeded' and task_name = 'nothing'"

    async def send() -> None:
        gate = asyncio.Semaphore(16)

        async def one() -> None:
            async with gate:
                await procrastinate_app.nothing.defer_async()

        async with procrastinate_app.app.open_async():
            await asyncio.gather(*(one() for _ in range(count)))

    with running(procrastinate_worker(32)):
        time.sleep(2)
        before, start = count_of(done), time.perf_counter()
        asyncio.run(send())
        return finished(done, before, count, start)
