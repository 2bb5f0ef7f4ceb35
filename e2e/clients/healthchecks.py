"""healthchecks-io: pings by slug and by UUID, and the management API."""

import json
import os

from healthchecks_io import CheckTrap, Client

base = os.environ["BASE"]
uuid = os.environ["UUID"]
client = Client(
    api_key=os.environ["TOKEN"],
    ping_key=os.environ["KEY"],
    api_url=f"{base}/api/",
    ping_url=f"{base}/ping/",
    api_version=3,
)
answers = [client.start_ping(slug="ops--by-slug"), client.success_ping(slug="ops--by-slug", data="all well")]
answers.append(client.exit_code_ping(slug="ops--by-slug", exit_code=3, data="it broke"))
try:
    with CheckTrap(client, uuid=uuid):
        raise ValueError("the job broke")
except ValueError:
    pass
checks = client.get_checks()
one = client.get_check(uuid)
pings = client.get_check_pings(uuid)
paused = client.pause_check(uuid)
print(
    json.dumps(
        {
            "answers": answers,
            "checks": sorted(check.slug for check in checks),
            "status": one.status,
            "pings": [ping.type for ping in pings],
            "paused": paused.status,
        }
    )
)
