"""sentry-sdk: the monitor decorator with a configuration, compressed as it is by default."""

import json
import os

import sentry_sdk
from sentry_sdk.crons import monitor

sentry_sdk.init(dsn=os.environ["DSN"], release="1", environment="staging")
config = {
    "schedule": {"type": "crontab", "value": "0 3 * * *"},
    "timezone": "Europe/Vienna",
    "checkin_margin": 5,
    "max_runtime": 30,
}


@monitor(monitor_slug="ops--python-sentry", monitor_config=config)
def well():
    return "well"


@monitor(monitor_slug="ops--python-sentry")
def badly():
    raise ValueError("it broke")


@monitor(monitor_slug="ops--undeclared", monitor_config=config)
def undeclared():
    return "well"


well()
undeclared()
try:
    badly()
except ValueError:
    pass
sentry_sdk.flush(timeout=20)
print(json.dumps({"sent": True}))
