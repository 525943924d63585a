"""The emulator's own endpoints, and what these tests put on sale there."""

import json
import secrets
import time
import urllib.request
from datetime import datetime, timezone

ACCESS_KEY_ID = "AKIDEMULATOR0000000"
SECRET_ACCESS_KEY = "emulator-secret-access-key"
REGION = "us-east-1"


class Emulator:
    """A running emulator, with products of this run's own: a run leaves no trace in the next."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.run = secrets.token_hex(8)
        self.licensed, self.legacy, self.container = (
            f"{kind}-{self.run}" for kind in ("licensed", "legacy", "container")
        )
        self.license_arn = f"arn:aws:license-manager::1:license:l-{self.run}"
        self.unpaid_arn = f"arn:aws:license-manager::2:license:l-{self.run}"
        self.identifier = f"Cust-{self.run}"
        # Half past an hour, and standing still: no check straddles the end of one.
        self.seconds = int(time.time()) // 3600 * 3600 + 1800
        self.now = datetime.fromtimestamp(self.seconds, timezone.utc)
        self.admin("PUT", "/clock", {"now": self.seconds})
        self._products()

    def release(self):
        """Gives the emulator the machine's time again."""
        self.admin("PUT", "/clock", {})

    def admin(self, method, path, body=None):
        """Calls one of the emulator's own endpoints."""
        request = urllib.request.Request(
            f"{self.url}/_emulator{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def fault(self, kind, **more):
        """Injects a fault; it strikes once unless told otherwise."""
        self.admin("POST", "/faults", {"kind": kind, **more})

    def token(self, product_code, **more):
        """A registration token, as a buyer's browser brings it."""
        body = {"productCode": product_code, **more}
        return self.admin("POST", "/registration-tokens", body)["registrationToken"]

    def credentials(self, name, **more):
        """Lets another access key in, on an instance of its own."""
        key = {"accessKeyId": f"AK{name.upper()}", "secretAccessKey": f"secret-{name}"}
        account = {"account": "111122223333", "buyer_account": "3", "instance": f"{name}-{self.run}"}
        self.admin("POST", "/credentials", {**key, **account, **more})
        return {
            "aws_access_key_id": key["accessKeyId"],
            "aws_secret_access_key": key["secretAccessKey"],
        }

    def billed(self, product_code):
        """The product's sum for each dimension."""
        return self.admin("GET", "/ledger")["totals"].get(product_code, {})

    def _products(self):
        def customer(account, **more):
            return {"account": account, **more}

        def add(code, kind, dimensions, customers, **more):
            product = {"productCode": code, "kind": kind, "dimensions": dimensions}
            self.admin("POST", "/products", {**product, "customers": customers, **more})

        add(self.licensed, "saas", ["users", "gigabytes"], [
            customer("1", licenseArn=self.license_arn, agreementId=f"agmt-{self.run}"),
            customer("2", licenseArn=self.unpaid_arn, subscribed=False),
        ])
        add(
            self.legacy, "saas", ["users"],
            [customer("1", customerIdentifier=self.identifier)],
            identityForms=["account", "customer"],
        )
        add(self.container, "container", ["pods", "hours"], [customer("3")])
