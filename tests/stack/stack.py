"""The whole path on MiniStack, driven by a public client (boto3).

template.yaml is deployed and checked; a registration token goes through resolve_customer into
the customers table; 500 messages, 15 of them bad, go through the metering queue and
forward_usage into the emulator's ledger while it throttles. The last line is
`used=N billed=N`, and the exit code is 0 only if everything is as it must be.
"""

import argparse
import http.client
import json
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from decimal import Decimal
from pathlib import Path

import boto3
from botocore.config import Config

import deployment
from messages import PRODUCT, Messages, license_arn, product, utc_now
from progress import Bar, step, wait_until

SIGN_UP_URL = "https://seller.example/sign-up"
SAAS_PRODUCT = "saaslicense00000000000001"
# Long enough for a message that was handed back to become visible again, twice.
PATIENCE = 900
SEED = 20261121


class Emulator:
    """The Metering Service's own endpoints for looking at it and disturbing it."""

    def __init__(self, url):
        self.url = url

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}/_emulator/{path}", timeout=30) as answer:
            return json.load(answer)

    def post(self, path, body):
        request = urllib.request.Request(
            f"{self.url}/_emulator/{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def ledger(self):
        """What is billed: (license, dimension, hour) -> quantity."""
        billed = {}
        for entry in self.get("ledger")["entries"]:
            if entry["productCode"] != PRODUCT:
                continue
            key = entry["customer"]["licenseArn"], entry["dimension"], epoch(entry["hour"])
            assert key not in billed, f"{key} is billed twice"
            billed[key] = Decimal(str(entry["quantity"]))
        return billed


def epoch(moment):
    if isinstance(moment, (int, float)):
        return int(moment)
    from datetime import datetime

    return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp())


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ministack", required=True, help="MiniStack's URL")
    arguments.add_argument("--emulator", required=True, help="the emulator's URL")
    arguments.add_argument("--functions", required=True, type=Path, help="folder of the binaries")
    arguments.add_argument("--template", required=True, type=Path)
    options = arguments.parse_args()
    emulator = Emulator(options.emulator)

    def aws(service):
        return boto3.client(
            service,
            endpoint_url=options.ministack,
            region_name="us-east-1",
            aws_access_key_id="111122223333",
            aws_secret_access_key="any",
            config=Config(retries={"max_attempts": 3}, request_min_compression_size_bytes=0),
        )

    with step("upload the functions and deploy template.yaml") as result:
        deployment.upload(aws("s3"), options.functions)
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
        for finding in deployment.check(aws, outputs):
            print(f"    ok  {finding}", flush=True)
    with step("registration token -> function URL -> customers table") as result:
        result.append(register(options.ministack, emulator, aws("dynamodb"), outputs))

    emulator.post("products", product())
    for fault in (
        {"operation": "BatchMeterUsage", "kind": "throttle", "rate": 0.3, "seed": SEED},
        {"operation": "BatchMeterUsage", "kind": "unprocessed", "rate": 0.2, "seed": SEED + 1},
    ):
        emulator.post("faults", fault)
    messages = Messages(utc_now(), SEED)
    sqs = aws("sqs")
    with step("500 messages through the metering queue, throttling on") as result:
        sources = meter(sqs, outputs, emulator, messages)
        rejects = receive_rejects(sqs, outputs["RejectsQueueUrl"], 15)
        result.append(describe_calls(emulator))
    return judge(sqs, outputs, emulator, messages, sources, rejects)


def register(ministack, emulator, dynamodb, outputs):
    """Posts the buyer's form to the function URL and finds the customer in the table."""
    token = emulator.post("registration-tokens", {"productCode": SAAS_PRODUCT})["registrationToken"]
    form = urllib.parse.urlencode({"x-amzn-marketplace-token": token})
    gateway = urllib.parse.urlsplit(ministack)
    connection = http.client.HTTPConnection(gateway.hostname, gateway.port, timeout=60)
    connection.request(
        "POST",
        "/",
        body=form,
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
    deployment.expect(f"status of the fulfilment URL ({body[:200]})", answer.status, 303)
    assert location.startswith(SIGN_UP_URL) and token not in location, "the wrong address"
    items = dynamodb.scan(TableName=outputs["CustomersTableName"])["Items"]
    (customer,) = items
    values = {next(iter(value.values())) for value in customer.values()}
    for wanted in (SAAS_PRODUCT, "444455556666"):
        assert wanted in values, f"{wanted} is not in the stored customer {sorted(customer)}"
    assert token not in json.dumps(items), "the token was stored"
    return "303 to the sign-up page, the customer is stored"


def meter(sqs, outputs, emulator, messages):
    """Sends the messages and waits until each is settled; returns message id -> (kind, body)."""
    queue = outputs["MeteringQueueUrl"]
    first = (
        [("good", body) for body in messages.good]
        + [("unreadable", body) for body in messages.unreadable]
        + [("invalid", body) for body in messages.invalid]
    )
    # Bad ones among the good ones, not after them.
    first.sort(key=lambda message: hash_of(message[1]))
    sources = send(sqs, queue, first)
    bar = Bar("records in the ledger", len(messages.used))

    def ledger_is_full():
        billed = len(emulator.ledger())
        bar.set(billed, describe_calls(emulator))
        return billed >= len(messages.used) and is_empty(sqs, queue)

    wait_until("the good messages are settled", PATIENCE, ledger_is_full)
    bar.finish(describe_calls(emulator))
    # Their originals are billed now, so the outcome is not a matter of order.
    sources |= send(sqs, queue, [("conflicting", body) for body in messages.conflicting])
    wait_until("the conflicting messages are settled", PATIENCE, lambda: is_empty(sqs, queue))
    return sources


def hash_of(text):
    import hashlib

    return hashlib.sha256(text.encode()).digest()


def send(sqs, queue, messages):
    sent = {}
    for start in range(0, len(messages), 10):
        entries = [
            {"Id": str(number), "MessageBody": body}
            for number, (_, body) in enumerate(messages[start : start + 10])
        ]
        answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        assert not answer.get("Failed"), answer["Failed"]
        for entry in answer["Successful"]:
            sent[entry["MessageId"]] = messages[start + int(entry["Id"])]
    return sent


def depth(sqs, queue):
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def is_empty(sqs, queue):
    return depth(sqs, queue) == 0


def receive_rejects(sqs, queue, expected):
    """Receives what is in the rejects queue until there are as many as expected."""
    received = {}

    def receive():
        answer = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            VisibilityTimeout=3600,
            MessageAttributeNames=["All"],
        )
        received.update({message["MessageId"]: message for message in answer.get("Messages", [])})
        return len(received) >= expected and not answer.get("Messages")

    try:
        wait_until("the rejects", 60, receive)
    except TimeoutError:
        pass  # Too few is for the judgement to say.
    return list(received.values())


def describe_calls(emulator):
    calls = [
        call for call in emulator.get("calls")["calls"] if call["operation"] == "BatchMeterUsage"
    ]
    throttled = sum("Throttling" in (call.get("error") or "") for call in calls)
    return f"{len(calls)} calls, {throttled} throttled"


def judge(sqs, outputs, emulator, messages, sources, rejects):
    """Prints what came of the messages; 0 only if everything is as it must be."""
    faults = []
    table = Counter()
    for message in rejects:
        attributes = {
            name: value["StringValue"]
            for name, value in message.get("MessageAttributes", {}).items()
        }
        source = sources.get(attributes.get("MeterproofSourceMessageId"), ("?", None))
        code, reason = attributes.get("MeterproofCode"), attributes.get("MeterproofReason")
        table[source[0], code, reason] += 1
        if not code or not reason:
            faults.append(f"a reject without code or reason: {attributes}")
        if message["Body"] != source[1]:
            faults.append(f"a body was changed: {message['Body']!r}")
    print("\n    count  message      code                           reason")
    for (kind, code, reason), count in sorted(table.items(), key=str):
        shown = reason if reason is None or len(reason) <= 100 else reason[:97] + "..."
        print(f"    {count:5}  {kind:11}  {code or '-':29}  {shown}")

    kinds = Counter()
    for (kind, _, _), count in table.items():
        kinds[kind] += count
    wanted = {"unreadable": 5, "invalid": 5, "conflicting": 5}
    if dict(kinds) != wanted:
        faults.append(f"rejects {dict(kinds)}, expected {wanted}")
    for name in ("DeadLetterQueueUrl", "MeteringQueueUrl"):
        if depth(sqs, outputs[name]):
            faults.append(f"{name} holds {depth(sqs, outputs[name])} messages, expected none")
    if "throttled" not in describe_calls(emulator) or " 0 throttled" in describe_calls(emulator):
        faults.append("no call was throttled: the run proves nothing")

    billed = emulator.ledger()
    for key in sorted(messages.used.keys() | billed.keys()):
        if messages.used.get(key) != billed.get(key):
            faults.append(f"{key}: used {messages.used.get(key)}, billed {billed.get(key)}")
    settled = len(sources) - len(rejects)
    print(f"\n    {len(sources)} messages: {settled} settled, {len(rejects)} in the rejects queue,")
    print(f"    {depth(sqs, outputs['DeadLetterQueueUrl'])} in the dead-letter queue")
    print(f"    {len(billed)} records in the ledger, {describe_calls(emulator)}")
    if settled != len(messages.good):
        faults.append(f"{settled} messages settled, expected {len(messages.good)}")
    for fault in faults[:20]:
        print(f"    WRONG  {fault}")
    print(f"used={total(messages.used)} billed={total(billed)}", flush=True)
    return 1 if faults else 0


def total(bill):
    text = f"{sum(bill.values(), Decimal(0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (AssertionError, TimeoutError) as error:
        print(f"    WRONG  {error}", flush=True)
        sys.exit(1)
