"""The peer: procrastinate, whose queue is a table of the same PostgreSQL."""

import os
import time

from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(conninfo=os.environ["BENCH_POSTGRES"], min_size=4, max_size=16))


@app.task(name="pickup")
async def pickup(sent: float) -> None:
    with open(os.path.join(os.environ["BENCH_WORK"], "pickups"), "a") as file:
        file.write(f"{time.time() - sent}\n")


@app.task(name="nothing")
async def nothing() -> None:
    pass
