"""The emulator's own endpoints: to look at it, and to disturb it."""

import json
import urllib.request
from datetime import datetime
from decimal import Decimal


class Emulator:
    def __init__(self, url):
        self._url = url

    def get(self, path):
        with urllib.request.urlopen(f"{self._url}/_emulator/{path}", timeout=30) as answer:
            return json.load(answer)

    def post(self, path, body):
        return self._send("POST", path, body)

    def put(self, path, body):
        return self._send("PUT", path, body)

    def delete(self, path):
        return self._send("DELETE", path, None)

    def _send(self, method, path, body):
        request = urllib.request.Request(
            f"{self._url}/_emulator/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def ledger(self, product_code):
        """What is billed: (license, dimension, hour) -> quantity."""
        billed = {}
        for entry in self.get("ledger")["entries"]:
            if entry["productCode"] != product_code:
                continue
            key = entry["customer"]["licenseArn"], entry["dimension"], _epoch(entry["hour"])
            assert key not in billed, f"{key} is billed twice"
            billed[key] = Decimal(str(entry["quantity"]))
        return billed

    def metering_calls(self):
        """How many BatchMeterUsage calls there were, and how many of them were throttled."""
        outcomes = self.outcomes()
        return sum(outcomes.values()), outcomes.get("ThrottlingException", 0)

    def outcomes(self):
        """How often a BatchMeterUsage call ended how: `ok`, `dropped` or an error's name."""
        return self.get("calls")["counts"].get("BatchMeterUsage", {})


def _epoch(hour):
    if isinstance(hour, (int, float)):
        return int(hour)
    return int(datetime.fromisoformat(hour.replace("Z", "+00:00")).timestamp())
