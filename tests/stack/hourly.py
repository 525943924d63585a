"""Twenty thousand usage events of six hours, from the events queue to the bill.

Time is simulated; everything else is as deployed. On the way processes of the functions are
killed, the service throttles and leaves records unprocessed, is away for three hours, a license
becomes active late and another one ends.
"""

import queues
import usage
from functions import close_hour
from licenses import Licenses
from messages import account, license_arn
from progress import Bar, step, wait_until
from usage import END, ENDING, HOUR, HOURS, PRODUCT, WAITING

# A run takes minutes; the limit is for machines that are busy with something else.
PATIENCE = 1200
SEED = 20261122
# The service is away from ten minutes past the first of these hours for as many hours.
OUTAGE = range(2, 5)
DISTURBANCE = [
    {"operation": "BatchMeterUsage", "kind": "throttle", "rate": 0.15, "seed": SEED},
    {"operation": "BatchMeterUsage", "kind": "unprocessed", "rate": 0.1, "seed": SEED + 1},
    {"operation": "BatchMeterUsage", "kind": "dropAfterCommit", "rate": 0.05, "seed": SEED + 2},
]
AWAY = [
    {"operation": "BatchMeterUsage", "kind": "internalError", "rate": 0.5, "seed": SEED + 3},
    {"operation": "BatchMeterUsage", "kind": "dropBeforeCommit", "rate": 1.0, "seed": SEED + 4},
]


class Hours:
    """One run, and what it met."""

    def __init__(self, aws, outputs, emulator, functions, clock, now):
        self._sqs, self._outputs = aws("sqs"), outputs
        self._emulator, self._functions, self._clock = emulator, functions, clock
        self._licenses = Licenses(aws, outputs, functions)
        self.begin = usage.start(now)
        self.usage = usage.Usage(self.begin, SEED)
        # Message id -> the message; what was killed; what each special license was billed when.
        self.sources, self.killed, self.findings = {}, [], []

    def run(self):
        self._prepare()
        with step(f"{usage.EVENTS} usage events of {HOURS} hours -> bill, kills, a 3-hour outage"):
            self._bar = Bar("messages", sum(len(report.messages) for report in self.usage.reports))
            for place, report in enumerate(self.usage.reports):
                self._pass_time(place, report.at)
                self._send(report)
                self._events_of(place, report.at)
            self._bar.finish("all taken")
            self._settle()
        self._emulator.delete("faults")
        self._clock.shift(0)

    def rejected(self):
        """Ids of the messages that have to be rejected."""
        return [source for source, (message, _) in self.sources.items() if message.code]

    def _prepare(self):
        with step("another time for the functions and the emulator"):
            self._emulator.post("products", usage.product())
            self._disturb(DISTURBANCE)
            self._clock.set(self.begin)
            self._functions.set_variable("CLOCK", self._clock.variable)

    def _disturb(self, faults):
        self._emulator.delete("faults")
        for fault in faults:
            self._emulator.post("faults", fault)

    def _pass_time(self, place, at):
        """Makes it the time of the next report; hours that are over become records on the way."""
        hour = (at - self.begin) // HOUR
        if place % 2 == 0 and hour > 0:
            closing = self.begin + hour * HOUR + 11 * 60
            if hour == OUTAGE.start:
                self._disturb(AWAY)
            self._clock.set(closing)
            if hour == OUTAGE.stop:
                self.findings.append(self._outage(closing))
                self._disturb(DISTURBANCE)
            self._close(kill=hour in (1, OUTAGE.stop))
        self._clock.set(at)

    def _outage(self, until):
        # The hour before the outage closed within it, and the last one of it has just closed.
        away = {self.begin + hour * HOUR for hour in range(OUTAGE.start - 1, OUTAGE.stop - 1)}
        billed = [key for key in self._emulator.ledger(PRODUCT) if key[2] in away]
        assert not billed, f"{len(billed)} lines were billed while the service was away"
        failed = self._emulator.outcomes()
        failed = failed.get("dropped", 0) + failed.get("InternalServiceErrorException", 0)
        assert failed, "no call was made while the service was away"
        return (
            f"the service was away until {_clock_face(until)}: {failed} calls failed, and nothing"
            f" of the {len(away)} hours that closed meanwhile was billed"
        )

    def _close(self, kill):
        """Has hours closed; with `kill` the processes that do so and send the records die."""
        metering = self._outputs["MeteringQueueUrl"]
        if not kill:
            close_hour(self._functions)
            return

        def under_way():
            return queues.in_flight(self._sqs, metering)

        victims = ["close_hour", "forward_usage"]
        with self._functions.killed(victims, 6, under_way, SEED) as killed:
            close_hour(self._functions)
            wait_until("records are sent", PATIENCE, lambda: not queues.depth(self._sqs, metering))
        self.killed += killed

    def _send(self, report):
        """Sends a report's messages and waits until they are taken; ingest_events dies at it."""
        queue = self._outputs["EventsQueueUrl"]
        pairs = [(message, message.body) for message in report.messages]
        self.sources |= queues.send(self._sqs, queue, pairs)

        def under_way():
            return queues.in_flight(self._sqs, queue)

        kills = 2 if len(self.killed) < 12 else 0
        with self._functions.killed(["ingest_events"], kills, under_way, report.at) as killed:
            wait_until("events are taken", PATIENCE, lambda: not queues.depth(self._sqs, queue))
        self.killed += killed
        self._bar.set(len(self.sources), _clock_face(report.at))

    def _events_of(self, place, at):
        """What happens to licenses after this report."""
        if place == 2 * OUTAGE.start - 1:
            self._becomes_active(at)
        elif place == 2 * (HOURS - 1):
            self._ends(at)

    def _becomes_active(self, at):
        arn, owner = license_arn(WAITING), account(WAITING)
        before = self._billed(WAITING)
        assert not before, f"billed before it was subscribed: {before}"
        self._emulator.put(f"customers/{owner}", {"subscribed": True, "productCode": PRODUCT})
        self._licenses.tell("Updated", arn, owner, at)
        wanted = self._hours(WAITING, range(OUTAGE.start - 1))
        self._until_billed(WAITING, wanted)
        self.findings.append(f"held until License Updated: {len(wanted)} lines billed then")

    def _ends(self, at):
        arn, owner = license_arn(ENDING), account(ENDING)
        end = self.begin + END
        self._emulator.put(f"customers/{owner}", {"deprovisionedAt": end, "productCode": PRODUCT})
        self._licenses.tell("Deprovisioned", arn, owner, end)
        flush = end + 11 * 60
        self._clock.set(flush)
        wanted = self._hours(ENDING, range(HOURS))
        self._until_billed(ENDING, wanted)
        self.findings.append(
            f"License Deprovisioned at {_clock_face(end)}: final lines billed at"
            f" {_clock_face(flush)}, {len(wanted)} in all"
        )

    def _hours(self, customer, hours):
        """What the license used in these hours: (license, dimension, hour) -> quantity."""
        arn, wanted = license_arn(customer), {self.begin + hour * HOUR for hour in hours}
        return {
            key: quantity
            for key, quantity in self.usage.hourly.items()
            if key[0] == arn and key[2] in wanted
        }

    def _billed(self, customer):
        arn = license_arn(customer)
        billed = self._emulator.ledger(PRODUCT)
        return {key: quantity for key, quantity in billed.items() if key[0] == arn}

    def _until_billed(self, customer, wanted):
        def billed():
            close_hour(self._functions)
            return self._billed(customer) == wanted

        wait_until(f"license {customer} is billed to the unit", PATIENCE, billed, interval=1)

    def _settle(self):
        """Lets time pass until the bill is complete."""
        lines = Bar("billed units, in dimensions of customers", len(self.usage.used))
        # The hour after the last one holds what came late, and closes ten minutes after its end.
        minute = HOURS * 60 + 71

        def settled():
            nonlocal minute
            # Backoffs end as simulated time passes, for as long as there is some.
            self._clock.set(self.begin + minute * 60)
            minute = min(minute + 1, (HOURS + 2) * 60 - 1)
            close_hour(self._functions)
            billed = totals(self._emulator.ledger(PRODUCT))
            lines.set(sum(billed.get(key) == used for key, used in self.usage.used.items()))
            waiting = queues.depth(self._sqs, self._outputs["MeteringQueueUrl"])
            return billed == self.usage.used and not waiting

        try:
            wait_until("the bill is complete", PATIENCE, settled, interval=1)
        except TimeoutError:
            pass  # What differs is for the judgement to say.
        lines.finish()


def totals(billed):
    """Quantities by license and dimension."""
    sums = {}
    for (license, dimension, _), quantity in billed.items():
        sums[license, dimension] = sums.get((license, dimension), 0) + quantity
    return sums


def _clock_face(at):
    return usage.iso(at)[11:16]
