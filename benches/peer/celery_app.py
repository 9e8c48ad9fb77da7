"""The peer: Celery 5 on a quorum queue, acknowledged late, with confirms."""

import os
import time

from celery import Celery

app = Celery("peer", broker=os.environ["BENCH_AMQP"].removesuffix("%2f"))
app.conf.update(
    task_default_queue="celery-quorum",
    task_default_queue_type="quorum",
    task_default_exchange_type="direct",
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={"confirm_publish": True},
    worker_detect_quorum_queues=True,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
)


@app.task
def pickup(sent: float) -> None:
    with open(os.path.join(os.environ["BENCH_WORK"], "pickups"), "a") as file:
        file.write(f"{time.time() - sent}\n")
