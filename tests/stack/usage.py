"""Usage events of six hours: which messages report them when, and what has to become of each.

Everything comes from one seed and the time at which the usage begins. Quantities are `Decimal`,
never a float.
"""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal

from messages import account, license_arn

PRODUCT = "hourlyproduct000000000001"
EVENTS = 20_000
HOURS = 6
# Customers, each with a license; numbers apart from those of the hand-made records.
CUSTOMERS = range(101, 151)
DIMENSIONS = ["users", "gigabytes", "requests", "builds", "minutes", "queries"]
# Only these have late events: of the others every hour's bill is known exactly.
LATE_CUSTOMERS = range(101, 111)
# Not subscribed yet when its usage begins.
WAITING = 149
# Its license ends in the last hour.
ENDING = 150
END = 5 * 3600 + 20 * 60

HOUR = 3600
# Usage is reported twice an hour; an event is older than its report.
MINUTES = [29, 58]
EVENTS_A_MESSAGE = 20
SOURCE = "/stack/api"


@dataclass(frozen=True)
class Event:
    id: str
    customer: int
    dimension: str
    at: int
    quantity: Decimal
    tenant: str | None

    def json(self):
        """The event as it is sent: every second one as a CloudEvent."""
        usage = {
            "LicenseArn": license_arn(self.customer),
            "CustomerAWSAccountId": account(self.customer),
            "Dimension": self.dimension,
        }
        if self.quantity.as_tuple().exponent < 0:
            usage["QuantityAsDecimal"] = f"{self.quantity:f}"
        else:
            usage["Quantity"] = int(self.quantity)
        if self.tenant:
            usage["Tags"] = [{"Key": "Tenant", "Value": self.tenant}]
        if len(self.id) % 2:
            head = {"specversion": "1.0", "id": self.id, "source": SOURCE, "type": "usage"}
            return {**head, "time": iso(self.at), "data": usage}
        return {"EventId": self.id, "Source": SOURCE, "Timestamp": self.at, **usage}


@dataclass(frozen=True)
class Message:
    body: str
    # The code it has to be rejected with; None where all of it is taken.
    code: str | None = None


@dataclass(frozen=True)
class Report:
    """What is sent at one time."""

    at: int
    messages: list


def start(now):
    """When usage begins that is over by `now`, with two hours to spare, and lies in one month."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    month = hour.replace(day=1, hour=0)
    begin = int(hour.timestamp()) - (HOURS + 2) * HOUR
    return begin if begin >= month.timestamp() else int(month.timestamp()) - (HOURS + 2) * HOUR


def product():
    """The product as the emulator's configuration takes it."""
    return {
        "productCode": PRODUCT,
        "kind": "saas",
        "dimensions": DIMENSIONS,
        "customers": [
            {
                "account": account(number),
                "licenseArn": license_arn(number),
                "subscribed": number != WAITING,
            }
            for number in CUSTOMERS
        ],
    }


class Usage:
    """`reports`, and what was used: `used` by customer and dimension, `hourly` by hour too."""

    def __init__(self, begin, seed):
        chance = random.Random(seed)
        self.reports, self.duplicates, self.late = [], 0, 0
        self.used, self.hourly = defaultdict(Decimal), defaultdict(Decimal)
        times = [begin + hour * HOUR + minute * 60 for hour in range(HOURS) for minute in MINUTES]
        times.append(begin + HOURS * HOUR + MINUTES[0] * 60)
        due = [[] for _ in times]
        for number in range(EVENTS):
            self._place(_event(chance, number, begin), times, due, chance)
        for place, (at, events) in enumerate(zip(times, due)):
            known = due[place - 1][0] if place else None
            self.reports.append(Report(at, self._messages(chance, place, at, events, known)))

    def _place(self, event, times, due, chance):
        last = len(times) - 1
        place = next(place for place, at in enumerate(times) if at >= event.at)
        if event.customer in LATE_CUSTOMERS and chance.random() < 0.15:
            # Two reports later its hour has been closed for 18 minutes at least.
            place = min(place + chance.randint(2, 4), last)
            self.late += 1
        due[place].append(event)
        arn = license_arn(event.customer)
        self.used[arn, event.dimension] += event.quantity
        if event.customer not in LATE_CUSTOMERS:
            self.hourly[arn, event.dimension, event.at - event.at % HOUR] += event.quantity
        if chance.random() < 0.06:
            # The same event once more, in another message.
            due[chance.randint(place, min(place + 3, last))].append(event)
            self.duplicates += 1

    def _messages(self, chance, place, at, events, known):
        chance.shuffle(events)
        bodies = [
            [event.json() for event in events[first : first + EVENTS_A_MESSAGE]]
            for first in range(0, len(events), EVENTS_A_MESSAGE)
        ]
        # A bad event in the company of good ones, whole bad bodies, and a message sent twice.
        spoilt = [_bad(3 * place + kind, at, known) for kind in range(3)]
        messages = []
        for number, body in enumerate(bodies):
            code = None
            if number < len(spoilt):
                code, bad = spoilt[number]
                body.insert(chance.randrange(len(body) + 1), bad)
            messages.append(Message(json.dumps(body), code))
        messages.append(Message('{"EventId": ', "json_unexpected_end"))
        messages.append(Message("usage: 17 users", "json_unexpected_character"))
        again = chance.choice([message for message in messages if message.code is None])
        self.duplicates += EVENTS_A_MESSAGE
        messages.append(again)
        chance.shuffle(messages)
        return messages


def _event(chance, number, begin):
    # The lesser of two: some customers use much, others little.
    customer = min(chance.choice(CUSTOMERS), chance.choice(CUSTOMERS))
    if number % 50 == 0:
        customer = chance.choice([WAITING, ENDING])
    # Usage of an hour's last two minutes would be reported after the hour.
    at = chance.randrange(HOURS) * HOUR + chance.randrange(MINUTES[-1] * 60)
    if customer == ENDING:
        at = min(at, END - chance.randrange(1, 600))
    if chance.random() < 0.2:
        quantity = Decimal(chance.randint(0, 10**8)).scaleb(-chance.randint(1, 6))
    else:
        quantity = Decimal(chance.randint(0, 5_000))
    tenant = chance.choice(["red", "green", "blue"]) if chance.random() < 0.25 else None
    suffix = chance.choice(["", "b"])
    return Event(
        f"{number}{suffix}", customer, chance.choice(DIMENSIONS), begin + at, quantity, tenant
    )


def _bad(number, at, known):
    """The code and the JSON of an event that nobody can bill."""
    good = Event(f"bad-{number}", CUSTOMERS[0], "users", at, Decimal(1), None)
    event = {
        "EventId": good.id,
        "Timestamp": at,
        "LicenseArn": license_arn(good.customer),
        "CustomerAWSAccountId": account(good.customer),
        "Dimension": good.dimension,
        "Quantity": 1,
    }
    match number % 7:
        case 0 if known:
            other = Event(known.id, known.customer, "another", known.at, known.quantity, None)
            return "event_id_taken", other.json()
        case 1:
            return "missing_member", {**event, "EventId": None}
        case 2:
            return "quantity_negative", {**event, "Quantity": -1}
        case 3:
            return "unknown_member", {**event, "Quanttiy": 1}
        case 4:
            return "invalid_license_arn", {**event, "LicenseArn": "l-1"}
        case 5:
            product_form = {**event, "LicenseArn": None, "ProductCode": PRODUCT}
            return "other_identity_form", product_form
        case _:
            return "event_in_future", {**event, "Timestamp": at + 2 * HOUR}


def iso(epoch):
    """A time as ISO 8601 writes it."""
    return datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
