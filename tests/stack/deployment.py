"""Deploys template.yaml on MiniStack and checks what was really deployed.

The template stays as it is. Only the two `CodeUri: lambda` lines, which `sam build` would
replace as well, are pointed at zip files of the locally built binaries.
"""

import io
import json
import time
import zipfile

from progress import wait_until

STACK = "meterproof"
BUCKET = "meterproof-code"
FUNCTIONS = {
    "ForwardUsageFunction": "forward_usage",
    "ResolveCustomerFunction": "resolve_customer",
}
FOURTEEN_DAYS = "1209600"


def upload(s3, folder):
    """Uploads each binary as `bootstrap` in a zip file of its own."""
    s3.create_bucket(Bucket=BUCKET)
    for binary in FUNCTIONS.values():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            entry = zipfile.ZipInfo("bootstrap", date_time=time.gmtime()[:6])
            entry.external_attr = 0o755 << 16
            program = (folder / binary).read_bytes()
            # The entry's own level counts, not the archive's; the best one takes ten times longer.
            file.writestr(entry, program, zipfile.ZIP_DEFLATED, compresslevel=1)
        s3.put_object(Bucket=BUCKET, Key=f"{binary}.zip", Body=archive.getvalue())


def with_code(template):
    """The template with each function's CodeUri pointed at its zip file."""
    lines, function, replaced = [], None, set()
    for line in template.splitlines():
        name = line.strip().rstrip(":")
        if line.startswith("  ") and not line.startswith("   ") and line.endswith(":"):
            function = name if name in FUNCTIONS else None
        if function and line.strip() == "CodeUri: lambda":
            key = f"{FUNCTIONS[function]}.zip"
            line = line.replace("lambda", f"{{ Bucket: {BUCKET}, Key: {key} }}")
            replaced.add(function)
        lines.append(line)
    assert replaced == set(FUNCTIONS), f"no CodeUri for {set(FUNCTIONS) - replaced}"
    return "\n".join(lines)


def deploy(cloudformation, template, parameters):
    """Creates the stack and returns its outputs."""
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=template,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )

    def ended():
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

    stack = wait_until("the stack is created", 300, ended)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ]
        raise AssertionError(f"{stack['StackStatus']}: {failed}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def check(aws, outputs):
    """Checks the deployed resources one by one; yields what holds, raises where one does not."""
    sqs, functions = aws("sqs"), aws("lambda")
    queues = {
        name: sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["All"])["Attributes"]
        for name in ("MeteringQueueUrl", "DeadLetterQueueUrl", "RejectsQueueUrl")
    }
    metering, dead = queues["MeteringQueueUrl"], queues["DeadLetterQueueUrl"]

    for name, attributes in queues.items():
        expect(f"retention of {name}", attributes["MessageRetentionPeriod"], FOURTEEN_DAYS)
    yield "every queue keeps messages for 14 days"

    redrive = json.loads(metering["RedrivePolicy"])
    expect("dead-letter queue", redrive["deadLetterTargetArn"], dead["QueueArn"])
    # Fewer would give up on an outage of minutes.
    at_least("maxReceiveCount", int(redrive["maxReceiveCount"]), 5)
    yield f"redrive to the dead-letter queue after {redrive['maxReceiveCount']} receives"

    mappings = functions.list_event_source_mappings(EventSourceArn=metering["QueueArn"])
    (mapping,) = mappings["EventSourceMappings"]
    forward = functions.get_function_configuration(
        FunctionName=outputs["ForwardUsageFunctionName"]
    )
    expect("function of the queue", mapping["FunctionArn"], forward["FunctionArn"])
    expect("response types", mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
    expect("event source mapping", mapping["State"], "Enabled")
    yield f"event source mapping with ReportBatchItemFailures, batches of {mapping['BatchSize']}"

    visibility, timeout = int(metering["VisibilityTimeout"]), forward["Timeout"]
    window = mapping["MaximumBatchingWindowInSeconds"]
    at_least("VisibilityTimeout", visibility, 6 * timeout + window)
    yield f"messages hidden for {visibility} s, six times {timeout} s and the window of {window} s"

    for output in ("ForwardUsageFunctionName", "ResolveCustomerFunctionName"):
        function = functions.get_function_configuration(FunctionName=outputs[output])
        expect("runtime", function["Runtime"], "provided.al2023")
        expect("architectures", function["Architectures"], ["x86_64"])
    rejects = forward["Environment"]["Variables"]["REJECTS_QUEUE_URL"]
    expect("REJECTS_QUEUE_URL", rejects, outputs["RejectsQueueUrl"])
    yield "both functions on provided.al2023, the rejects queue named to forward_usage"

    table = aws("dynamodb").describe_table(TableName=outputs["CustomersTableName"])["Table"]
    expect("key", table["KeySchema"], [{"AttributeName": "customer_id", "KeyType": "HASH"}])
    yield "customers table keyed by customer_id"

    alarms = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    watched = sorted(
        (alarm["MetricName"], dimension["Value"])
        for alarm in alarms
        for dimension in alarm["Dimensions"]
    )
    expected = [
        ("ApproximateAgeOfOldestMessage", _name(metering)),
        ("ApproximateNumberOfMessagesVisible", _name(dead)),
        ("ApproximateNumberOfMessagesVisible", _name(queues["RejectsQueueUrl"])),
    ]
    expect("alarms", watched, sorted(expected))
    (age,) = [alarm for alarm in alarms if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"]
    # SQS leaves a message out of the metric once it was received three times.
    at_least("time to see an old message", 2 * visibility - age["Threshold"], age["Period"])
    expect("periods until the age alarm", age["EvaluationPeriods"], 1)
    yield f"alarms on dead letters, rejects and messages older than {age['Threshold']:.0f} s"

    yield from _roles(aws("iam"), functions, outputs)


def _name(queue):
    return queue["QueueArn"].rsplit(":", 1)[-1]


def _roles(iam, functions, outputs):
    allowed = {
        "ForwardUsageFunctionName": {
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:SendMessage",
            "aws-marketplace:BatchMeterUsage",
        },
        "ResolveCustomerFunctionName": {"aws-marketplace:ResolveCustomer", "dynamodb:UpdateItem"},
    }
    logs = {"logs:CreateLogStream", "logs:PutLogEvents"}
    for output, actions in allowed.items():
        function = functions.get_function_configuration(FunctionName=outputs[output])
        role = function["Role"].rsplit("/", 1)[-1]
        granted = set()
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                action = statement["Action"]
                granted |= {action} if isinstance(action, str) else set(action)
        expect(f"actions of {role}", granted, actions | logs)
    yield "each role may do what its function calls, and nothing else"


def expect(what, actual, expected):
    assert actual == expected, f"{what}: {actual!r}, expected {expected!r}"


def at_least(what, actual, least):
    assert actual >= least, f"{what}: {actual}, expected {least} or more"
