"""What came of the messages: a table for people, and every way in which it is wrong."""

import textwrap
from collections import Counter
from decimal import Decimal

from messages import BAD, GOOD


def table_of_rejects(rejects, sources):
    """Prints the rejects by kind and code; returns how many there are of each kind, and faults.

    A message that comes a second time, as any of SQS's may, is put away a second time in the same
    way, and counts once.
    """
    kinds, rows, faults, known = Counter(), {}, [], {}
    for message in rejects:
        attributes = {
            name: value["StringValue"]
            for name, value in message.get("MessageAttributes", {}).items()
        }
        source = attributes.get("MeterproofSourceMessageId")
        kind, body = sources.get(source, ("unknown", None))
        code, reason = attributes.get("MeterproofCode"), attributes.get("MeterproofReason")
        if source not in known:
            kinds[kind] += 1
            rows.setdefault((kind, code or "-"), []).append(reason or "-")
        if known.setdefault(source, code) != code:
            faults.append(f"{source} was rejected as {known[source]} and as {code}")
        if not code or not reason:
            faults.append(f"a reject without code or reason: {attributes}")
        if message["Body"] != body:
            faults.append(f"a body was changed: {message['Body']!r}, sent {body!r}")
    print("\n    count  message      code                       reason (the first of each code)")
    for (kind, code), reasons in sorted(rows.items()):
        head = f"    {len(reasons):5}  {kind:11}  {code:25}  "
        lines = textwrap.wrap(min(reasons), 70) or ["-"]
        print(head + ("\n" + " " * len(head)).join(lines))
    return kinds, faults


def differences(used, billed):
    """Every line in which the ledger is not what was used."""
    for key in sorted(used.keys() | billed.keys()):
        if used.get(key) != billed.get(key):
            yield f"{key}: used {used.get(key)}, billed {billed.get(key)}"


def judge(messages, sources, rejects, depths, billed, calls):
    """Prints what came of the messages; true only if everything is as it must be.

    `depths` are the messages left on each other queue by its output, `calls` are those made and
    throttled.
    """
    kinds, faults = table_of_rejects(rejects, sources)
    wanted = {"unreadable": BAD, "invalid": BAD, "conflicting": BAD}
    if dict(kinds) != wanted:
        faults.append(f"rejects {dict(kinds)}, expected {wanted}")
    for queue, depth in depths.items():
        if depth:
            faults.append(f"{depth} messages left on the queue {queue}, expected none")
    made, throttled = calls
    if not throttled:
        faults.append("no call was throttled: the run proves too little")
    settled = len(sources) - sum(kinds.values())
    if settled != GOOD:
        faults.append(f"{settled} messages settled, expected {GOOD}")
    faults.extend(differences(messages.used, billed))

    print(f"\n    messages     {len(sources)}")
    print(f"    settled      {settled}")
    print(f"    rejects      {sum(kinds.values())}, put away {len(rejects)} times")
    print(f"    ledger       {len(billed)} records")
    print(f"    calls        {made}, {throttled} throttled")
    for fault in faults[:20]:
        print(f"    WRONG  {fault}")
    print(f"used={total(messages.used)} billed={total(billed)}", flush=True)
    return not faults


def total(bill):
    text = f"{sum(bill.values(), Decimal(0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
