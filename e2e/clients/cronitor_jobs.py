"""cronitor: the decorator of a function, and a ping with metrics."""

import json
import os

import cronitor

base = os.environ["BASE"]
cronitor.api_key = os.environ["KEY"]
# The client has its host in its code; this is the one thing that is changed.
cronitor.Monitor._ping_api_url = lambda self: f"{base}/p/{self.api_key}/{self.key}"


@cronitor.job("ops--python-cronitor")
def well():
    return "well"


@cronitor.job("ops--python-cronitor")
def badly():
    raise ValueError("it broke")


well()
try:
    badly()
except ValueError:
    pass
monitor = cronitor.Monitor("ops--python-cronitor")
answer = monitor.ping(state="complete", metrics={"count": 7, "error_count": 2}, series="by hand", env="staging")
print(json.dumps({"status": answer.status_code}))
