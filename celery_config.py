"""How Celery reaches the broker, which queue takes which job, and what the clock starts.

A message is a nudge that carries an id: losing or doubling one does no harm, since the row says what is due.
"""

from __future__ import annotations

from support_portal.jobs import PLANS, QUEUES, UPKEEP_EVERY, UPKEEP_QUEUE
from support_portal.settings import Settings

# Seconds until a message that a dead worker held is given out again. Nobody waits for it: the relay publishes anew
# what is due as soon as its lease ran out (`jobs.LEASE`).
REDELIVERED_AFTER = 90
PATIENCE = 5  # seconds; a frozen broker must not block for ever

_settings = Settings.from_environment()
_settings.need("REDIS_URL")

broker_url = _settings.redis_url
broker_connection_retry_on_startup = True
broker_connection_timeout = PATIENCE
broker_transport_options = {
    "visibility_timeout": REDELIVERED_AFTER,
    # Without these two, what a killed worker held comes back only after a sweep of 100 s.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
    "socket_keepalive": True,
}
visibility_timeout = REDELIVERED_AFTER

task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
task_acks_late = True
worker_prefetch_multiplier = 1
worker_send_task_events = False
enable_utc = True
timezone = "UTC"

task_create_missing_queues = False
task_queues = {name: {"exchange": name, "routing_key": name} for name in QUEUES}
task_default_queue = UPKEEP_QUEUE
task_routes = {
    **{job.value: {"queue": plan.queue} for job, plan in PLANS.items()},
    **{job.value: {"queue": UPKEEP_QUEUE} for job in UPKEEP_EVERY},
}

beat_schedule_filename = str(_settings.data_dir / "beat-schedule")
beat_schedule = {
    job.value: {
        "task": job.value,
        "schedule": every.total_seconds(),
        "options": {"expires": every.total_seconds()},  # with no worker there, nothing piles up
    }
    for job, every in UPKEEP_EVERY.items()
}
