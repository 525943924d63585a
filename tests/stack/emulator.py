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
        request = urllib.request.Request(
            f"{self._url}/_emulator/{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
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
        calls = [
            call for call in self.get("calls")["calls"] if call["operation"] == "BatchMeterUsage"
        ]
        throttled = [call for call in calls if call["error"] == "ThrottlingException"]
        return len(calls), len(throttled)


def _epoch(hour):
    if isinstance(hour, (int, float)):
        return int(hour)
    return int(datetime.fromisoformat(hour.replace("Z", "+00:00")).timestamp())
