"""Sending, counting and receiving on SQS queues."""

from progress import wait_until

DEPTHS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


def hide_for(sqs, queue, seconds):
    """Has messages that somebody received and did not delete come back sooner or later."""
    attributes = {"VisibilityTimeout": str(seconds)}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=attributes)


def send(sqs, queue, messages):
    """Sends (kind, body) pairs; returns message id -> (kind, body)."""
    sent = {}
    for start in range(0, len(messages), 10):
        batch = messages[start : start + 10]
        entries = [
            {"Id": str(number), "MessageBody": body} for number, (_, body) in enumerate(batch)
        ]
        answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        assert not answer.get("Failed"), answer["Failed"]
        for entry in answer["Successful"]:
            sent[entry["MessageId"]] = batch[int(entry["Id"])]
    return sent


def depth(sqs, queue):
    """Messages on a queue, those in flight included."""
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=DEPTHS)["Attributes"]
    return sum(int(attributes[name]) for name in DEPTHS)


def in_flight(sqs, queue):
    """Messages that somebody has received and not deleted yet."""
    name = "ApproximateNumberOfMessagesNotVisible"
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"]
    return int(attributes[name])


def receive_all(sqs, queue, expected):
    """Takes messages off until there are as many as expected and no more come."""
    received = {}

    def receive():
        answer = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        for message in messages:
            received[message["MessageId"]] = message
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(received) >= expected and not messages

    try:
        wait_until("the rejects", 600, receive)
    except TimeoutError:
        pass  # Too few is for the judgement to say.
    return list(received.values())
