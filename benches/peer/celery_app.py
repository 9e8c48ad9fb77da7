"""The peer: Celery 5 on a quorum queue, acknowledged late, with confirms; its status recorded in PostgreSQL, or nowhere."""

import os
import time

from celery import Celery

RECORDED = os.environ.get("PEER_RECORDS") == "yes"

app = Celery("peer", broker=os.environ["BENCH_AMQP"].removesuffix("%2f"))
app.conf.update(
    task_default_queue="celery-quorum",
    task_default_queue_type="quorum",
    task_default_exchange_type="direct",
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={"confirm_publish": True},
    worker_detect_quorum_queues=True,
    broker_connection_retry_on_startup=True,
    task_ignore_result=not RECORDED,
    task_track_started=RECORDED,
    result_backend="db+" + os.environ["BENCH_POSTGRES"].replace("postgres://", "postgresql://") if RECORDED else None,
)


@app.task
def pickup(sent: float) -> None:
    with open(os.path.join(os.environ["BENCH_WORK"], "pickups"), "a") as file:
        file.write(f"{time.time() - sent}\n")


@app.task
def nothing() -> None:
    pass
