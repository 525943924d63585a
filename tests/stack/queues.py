"""Sending, counting and receiving on SQS queues."""

from progress import wait_until

DEPTHS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


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


def receive_all(sqs, queue, expected):
    """Receives until there are as many messages as expected and no more come."""
    received = {}

    def receive():
        answer = sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            VisibilityTimeout=3600,
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        received.update({message["MessageId"]: message for message in messages})
        return len(received) >= expected and not messages

    try:
        wait_until("the rejects", 60, receive)
    except TimeoutError:
        pass  # Too few is for the judgement to say.
    return list(received.values())
