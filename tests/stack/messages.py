"""Messages for the metering queue: good ones, and three kinds of bad ones.

Everything comes from one seed and the time. Quantities are `Decimal`, never a float.
"""

import json
import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal

GOOD = 485
BAD = 5
CUSTOMERS = 20
DIMENSIONS = [
    "users", "gigabytes", "requests", "seats", "builds", "messages", "minutes", "queries", "hosts",
]
PRODUCT = "stackproduct0000000000001"
# The service takes 24 hours; of the former month, until 06:00 UTC on the 1st. The rest is room
# for this run.
OLDEST_HOURS = 22
MONTH_CUTOFF = timedelta(hours=6)
MARGIN = timedelta(hours=1)


def account(number):
    return f"{300_000_000_000 + number:012}"


def license_arn(number):
    return f"arn:aws:license-manager::294406891311:license:l-{number:032x}"


def product():
    """The product as the emulator's configuration takes it."""
    return {
        "productCode": PRODUCT,
        "kind": "saas",
        "dimensions": DIMENSIONS,
        "customers": [
            {"account": account(number), "licenseArn": license_arn(number)}
            for number in range(1, CUSTOMERS + 1)
        ],
    }


def hours(now):
    current = now.replace(minute=0, second=0, microsecond=0)
    month = current.replace(day=1, hour=0)
    closing = now - month + MARGIN >= MONTH_CUTOFF
    back = (current - timedelta(hours=number) for number in range(OLDEST_HOURS + 1))
    return [hour for hour in back if not closing or hour >= month]


def record(customer, dimension, hour, quantity):
    """A UsageRecord; a quantity with decimal places goes as QuantityAsDecimal."""
    decimal = quantity.as_tuple().exponent < 0
    return {
        "LicenseArn": license_arn(customer),
        "CustomerAWSAccountId": account(customer),
        "Dimension": dimension,
        "Timestamp": int(hour.timestamp()),
        **({"QuantityAsDecimal": str(quantity)} if decimal else {"Quantity": int(quantity)}),
    }


class Messages:
    """`good`, `unreadable`, `invalid` and `conflicting` bodies, and what the good ones used."""

    def __init__(self, now, seed):
        chance = random.Random(seed)
        slots = [
            (customer, dimension, hour)
            for customer in range(1, CUSTOMERS + 1)
            for dimension in DIMENSIONS
            for hour in hours(now)
        ]
        chance.shuffle(slots)
        self.used, self.good, self.conflicting = {}, [], []
        for _ in range(GOOD):
            # Every tenth message is a request body of several records.
            count = chance.randint(2, 8) if len(self.good) % 10 == 9 else 1
            records = []
            for _ in range(count):
                customer, dimension, hour = slots.pop()
                quantity = _quantity(chance)
                records.append(record(customer, dimension, hour, quantity))
                self.used[license_arn(customer), dimension, int(hour.timestamp())] = quantity
                if count == 1 and len(self.conflicting) < BAD:
                    other = record(customer, dimension, hour, quantity + 1)
                    self.conflicting.append(json.dumps(other))
            body = records[0] if count == 1 else {"UsageRecords": records}
            self.good.append(json.dumps(body))
        one = json.dumps(record(1, "users", hours(now)[0], Decimal(1)))
        self.unreadable = [
            "usage: 17 users",
            one[:-7],
            one.replace('"Quantity": 1', '"Quantity": 1, "Quantity": 2'),
            "[" * 200 + "]" * 200,
            "<UsageRecord><Quantity>17</Quantity></UsageRecord>",
        ]
        self.invalid = [json.dumps(body) for body in _invalid(now)]
        assert len(self.unreadable) == len(self.invalid) == len(self.conflicting) == BAD


def _quantity(chance):
    if chance.random() < 0.15:
        return Decimal(chance.randint(0, 10**8)).scaleb(-chance.randint(1, 6))
    return Decimal(chance.randint(0, 5_000))


def _invalid(now):
    good = record(2, "users", hours(now)[0], Decimal(3))
    return [
        {**good, "Quantity": -3},
        {**good, "Timestamp": int((now - timedelta(days=3)).timestamp())},
        {**good, "Dimension": ""},
        {**good, "Quantity": 2_147_483_648},
        {**good, "UsageAllocations": [{"AllocatedUsageQuantity": 2}]},
    ]


def utc_now():
    return datetime.now(timezone.utc)
