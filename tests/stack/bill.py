"""What was used against what was billed: a table for people, and every way in which it is wrong."""

from collections import Counter

from hourly import totals
from judgement import differences, total
from messages import license_arn
from usage import EVENTS, LATE_CUSTOMERS, PRODUCT


def judge_hours(run, billed, rejects, depths, open_items, calls):
    """Prints what came of the events; true only if everything is as it must be.

    `depths` are the messages left on each queue, `open_items` what the ledger's table has left to
    do, `calls` the BatchMeterUsage calls by outcome.
    """
    used, faults = run.usage.used, []
    sums = totals(billed)
    print("\n    dimension     lines            used          billed")
    for dimension in sorted({dimension for _, dimension in used.keys() | sums.keys()}):
        lines = sum(key[1] == dimension for key in billed)
        of_used, of_billed = _of(used, dimension), _of(sums, dimension)
        mark = "=" if of_used == of_billed else "!"
        print(f"    {dimension:10} {lines:8} {total(of_used):>15} {mark} {total(of_billed):>15}")

    faults.extend(differences(used, sums))
    late = {license_arn(number) for number in LATE_CUSTOMERS}
    by_hour = {key: quantity for key, quantity in billed.items() if key[0] not in late}
    faults.extend(differences(run.usage.hourly, by_hour))
    faults.extend(_rejects(run, rejects))
    for queue, depth in depths.items():
        if depth:
            faults.append(f"{depth} messages left on the queue {queue}, expected none")
    for index, items in open_items.items():
        if items:
            faults.append(f"{items} buckets left in the index {index}, expected none")
    for outcome in ("ThrottlingException", "InternalServiceErrorException", "dropped"):
        if not calls.get(outcome):
            faults.append(f"no call ended with {outcome}: the run proves too little")
    killed = Counter(run.killed)
    for function in ("ingest_events", "forward_usage"):
        if not killed[function]:
            faults.append(f"no process of {function} was killed: the run proves too little")

    messages = len(run.sources)
    print(f"\n    events          {EVENTS} in {messages} messages")
    print(f"    duplicates      {run.usage.duplicates}, in other messages or whole messages again")
    print(f"    late            {run.usage.late}, sent after their hour had closed")
    print(f"    rejects         {len(rejects)} messages")
    print(f"    kill -9         {', '.join(f'{name} {times}' for name, times in killed.items())}")
    print(f"    BatchMeterUsage {', '.join(f'{name} {times}' for name, times in calls.items())}")
    print(f"    product         {PRODUCT}, {len(billed)} lines, none twice")
    for finding in run.findings:
        print(f"    seen            {finding}")
    for fault in faults[:20]:
        print(f"    WRONG  {fault}")
    print(f"used={total(used)} billed={total(billed)}", flush=True)
    return not faults


def _of(quantities, dimension):
    return {key: quantity for key, quantity in quantities.items() if key[1] == dimension}


def _rejects(run, rejects):
    """Every message that was rejected and should not be, or the other way round."""
    expected = {source: run.sources[source][0].code for source in run.rejected()}
    actual = {}
    for reject in rejects:
        attributes = {
            name: value["StringValue"]
            for name, value in reject.get("MessageAttributes", {}).items()
        }
        source = attributes.get("MeterproofSourceMessageId")
        # A message may be put away twice, as with SQS anywhere: then the same way.
        code = attributes.get("MeterproofCode")
        if actual.setdefault(source, code) != code:
            yield f"{source} was rejected as {actual[source]} and as {code}"
        if not attributes.get("MeterproofReason"):
            yield f"{source} was rejected without a reason"
        if source in run.sources and reject["Body"] != run.sources[source][1]:
            yield f"the body of {source} was changed"
    for source in expected.keys() | actual.keys():
        if expected.get(source) != actual.get(source):
            yield f"{source}: rejected as {actual.get(source)}, expected {expected.get(source)}"
