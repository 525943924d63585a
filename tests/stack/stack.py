"""The whole path on MiniStack, driven by a public client (boto3).

template.yaml is deployed and checked. News of a license, and then its registration token, go
through license_events and resolve_customer into the tables. 500 messages with hand-made records,
15 of them bad, go through the metering queue and forward_usage into the emulator's ledger while
it throttles. Then 20,000 usage events of six hours go through all functions. The last line is
`used=N billed=N`, and the exit code is 0 only if everything is as it must be.
"""

import argparse
import hashlib
import http.client
import json
import sys
import time
import urllib.parse
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import deployed
import deployment
import queues
import usage
from bill import judge_hours
from clock import SimulatedClock
from emulator import Emulator
from functions import Functions
from hourly import Hours
from judgement import judge
from licenses import Licenses
from messages import BAD, PRODUCT, Messages, product, utc_now
from progress import Bar, step, wait_until

SIGN_UP_URL = "https://seller.example/sign-up"
SAAS_PRODUCT = "saaslicense00000000000001"
SAAS_ACCOUNT = "444455556666"
SAAS_LICENSE = "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001"
# A run takes a minute; the limit is for machines that are busy with something else.
PATIENCE = 900
# Instead of the template's six minutes: a message that was handed back, or whose process was
# killed, comes back while the run goes on.
VISIBILITY = 15
SEED = 20261121
FAULTS = [
    {"operation": "BatchMeterUsage", "kind": "throttle", "rate": 0.15, "seed": SEED},
    {"operation": "BatchMeterUsage", "kind": "unprocessed", "rate": 0.1, "seed": SEED + 1},
]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ministack", required=True, help="MiniStack's URL")
    arguments.add_argument("--ministack-pid", required=True, type=int, help="its process id")
    arguments.add_argument("--emulator", required=True, help="the emulator's URL")
    arguments.add_argument("--functions", required=True, type=Path, help="folder of the binaries")
    arguments.add_argument("--template", required=True, type=Path)
    arguments.add_argument("--work", required=True, type=Path, help="folder for this run's files")
    options = arguments.parse_args()
    emulator = Emulator(options.emulator)

    def aws(service):
        return boto3.client(
            service,
            endpoint_url=options.ministack,
            region_name="us-east-1",
            # MiniStack takes the account from the access key.
            aws_access_key_id="111122223333",
            aws_secret_access_key="any",
            # An invocation is answered when the function has ended, after its timeout at most.
            config=Config(retries={"max_attempts": 3}, read_timeout=300),
        )

    with step("upload the functions"):
        deployment.upload(aws("s3"), options.functions)
    with step("deploy template.yaml") as result:
        outputs = deployment.deploy(
            aws("cloudformation"),
            deployment.with_code(options.template.read_text()),
            {
                "Architecture": "x86_64",
                "SignUpUrl": SIGN_UP_URL,
                "RegistrationSecret": "a secret for this stack alone, 32+",
            },
        )
        result.append(f"{len(outputs)} outputs")
    with step("check what was deployed"):
        for finding in deployed.check(aws, outputs):
            print(f"    ok  {finding}", flush=True)
    for queue in ("EventsQueueUrl", "MeteringQueueUrl"):
        queues.hide_for(aws("sqs"), outputs[queue], VISIBILITY)
    functions = Functions(aws, outputs, options.ministack_pid)
    with step("License Updated -> rule -> license_events -> ledger") as result:
        Licenses(aws, outputs, functions).tell(
            "Updated", SAAS_LICENSE, SAAS_ACCOUNT, int(time.time())
        )
        result.append("known before the buyer's browser comes")
    with step("registration token -> function URL -> customers table") as result:
        result.append(register(options.ministack, emulator, aws("dynamodb"), outputs))
    is_right = hand_made(aws, outputs, emulator)
    with step("the schedule invokes close_hour") as result:
        result.append(functions.wait_for_schedule())

    clock = SimulatedClock(options.work / "clock-offset", emulator)
    before = emulator.outcomes()
    run = Hours(aws, outputs, emulator, functions, clock, utc_now())
    run.run()
    rejects = queues.receive_all(aws("sqs"), outputs["RejectsQueueUrl"], len(run.rejected()))
    after = emulator.outcomes()
    calls = {name: after[name] - before.get(name, 0) for name in after}
    billed = emulator.ledger(usage.PRODUCT)
    left = open_items(aws("dynamodb"), outputs)
    return judge_hours(run, billed, rejects, depths(aws("sqs"), outputs), left, calls) and is_right


def hand_made(aws, outputs, emulator):
    """Records that were summed up elsewhere, through the metering queue; whether all is right."""
    emulator.post("products", product())
    for fault in FAULTS:
        emulator.post("faults", fault)
    messages, sqs = Messages(utc_now(), SEED), aws("sqs")
    with step("500 messages with records through the metering queue, throttling on"):
        sources = meter(sqs, outputs["MeteringQueueUrl"], emulator, messages)
        rejects = queues.receive_all(sqs, outputs["RejectsQueueUrl"], 3 * BAD)
    emulator.delete("faults")
    left = depths(sqs, outputs)
    billed = emulator.ledger(PRODUCT)
    return judge(messages, sources, rejects, left, billed, emulator.metering_calls())


def depths(sqs, outputs):
    """Messages left on every queue but that of the rejects, by output."""
    return {
        name: queues.depth(sqs, outputs[name])
        for name in deployed.QUEUES
        if name != "RejectsQueueUrl"
    }


def open_items(dynamodb, outputs):
    """Buckets that somebody must still do something about, by the index that says so."""
    table = outputs["LedgerTableName"]
    return {
        index: sum(
            page["Count"]
            for page in dynamodb.get_paginator("scan").paginate(TableName=table, IndexName=index)
        )
        for index in ("due", "unsettled")
    }


def register(ministack, emulator, dynamodb, outputs):
    """Posts the buyer's form to the function URL and finds the customer in the table."""
    token = emulator.post("registration-tokens", {"productCode": SAAS_PRODUCT})["registrationToken"]
    gateway = urllib.parse.urlsplit(ministack)
    connection = http.client.HTTPConnection(gateway.hostname, gateway.port, timeout=60)
    connection.request(
        "POST",
        "/",
        body=urllib.parse.urlencode({"x-amzn-marketplace-token": token}),
        headers={
            # The function URL's host chooses the function; MiniStack listens in its place.
            "host": urllib.parse.urlsplit(outputs["FulfilmentUrl"]).netloc,
            "content-type": "application/x-www-form-urlencoded",
            "accept": "text/html",
        },
    )
    answer = connection.getresponse()
    body = answer.read().decode()
    location = answer.headers.get("location") or ""
    deployed.expect(f"status of the fulfilment URL ({body[:200]})", answer.status, 303)
    assert location.startswith(SIGN_UP_URL) and token not in location, "the wrong address"
    items = dynamodb.scan(TableName=outputs["CustomersTableName"])["Items"]
    deployed.expect("customers in the table", len(items), 1)
    values = {value for attribute in items[0].values() for value in attribute.values()}
    for wanted in (SAAS_PRODUCT, SAAS_ACCOUNT):
        assert wanted in values, f"{wanted} is not in the stored customer {sorted(items[0])}"
    assert token not in json.dumps(items), "the token was stored"
    return "303 to the sign-up page, the customer is stored"


def meter(sqs, queue, emulator, messages):
    """Sends the messages and waits until each is settled; returns message id -> (kind, body)."""
    first = [("good", body) for body in messages.good]
    first += [("unreadable", body) for body in messages.unreadable]
    first += [("invalid", body) for body in messages.invalid]
    # Bad ones among the good ones, not after them.
    first.sort(key=lambda message: hashlib.sha256(message[1].encode()).digest())
    sources = queues.send(sqs, queue, first)
    bar = Bar("records in the ledger", len(messages.used))

    def note():
        made, throttled = emulator.metering_calls()
        return f"{made} calls, {throttled} throttled"

    def settled():
        bar.set(len(emulator.ledger(PRODUCT)), note())
        return queues.depth(sqs, queue) == 0

    wait_until("the first messages are settled", PATIENCE, settled)
    # The last ones may have arrived between the look at the ledger and the look at the queue.
    bar.set(len(emulator.ledger(PRODUCT)), note())
    bar.finish(note())
    # Their originals are billed now, so the outcome is not a matter of order.
    sources |= queues.send(sqs, queue, [("conflicting", body) for body in messages.conflicting])
    wait_until(
        "the conflicting messages are settled", PATIENCE, lambda: not queues.depth(sqs, queue)
    )
    return sources


if __name__ == "__main__":
    try:
        sys.exit(0 if main() else 1)
    except (AssertionError, OSError, BotoCoreError, ClientError) as error:
        print(f"    WRONG  {error}", flush=True)
        sys.exit(1)
