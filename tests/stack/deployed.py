"""What was really deployed, checked resource by resource.

Linters read the template; a property in the wrong place passes them and is not deployed.
"""

import json

FOURTEEN_DAYS = "1209600"
QUEUES = [
    "EventsQueueUrl",
    "EventsDeadLetterQueueUrl",
    "MeteringQueueUrl",
    "DeadLetterQueueUrl",
    "RejectsQueueUrl",
    "LicenseEventsDeadLetterQueueUrl",
    "CloseHourDeadLetterQueueUrl",
]
# Source, dead-letter queue and function of each queue that a function takes from.
SOURCES = [
    ("EventsQueueUrl", "EventsDeadLetterQueueUrl", "IngestEventsFunctionName"),
    ("MeteringQueueUrl", "DeadLetterQueueUrl", "ForwardUsageFunctionName"),
]
LEDGER_FUNCTIONS = [
    "IngestEventsFunctionName",
    "CloseHourFunctionName",
    "ForwardUsageFunctionName",
    "LicenseEventsFunctionName",
]
LEDGER_ACTIONS = {
    f"dynamodb:{action}"
    for action in [
        "GetItem",
        "BatchGetItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
    ]
}
QUEUE_ACTIONS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
# What each function's role may do, beside writing its own log, and on how many resources.
ACTIONS = {
    "IngestEventsFunctionName": QUEUE_ACTIONS | {"sqs:SendMessage"} | LEDGER_ACTIONS,
    "CloseHourFunctionName": {"sqs:SendMessage"} | LEDGER_ACTIONS,
    "ForwardUsageFunctionName": QUEUE_ACTIONS
    | {"sqs:SendMessage", "aws-marketplace:BatchMeterUsage"}
    | LEDGER_ACTIONS,
    "LicenseEventsFunctionName": {"sqs:SendMessage"} | LEDGER_ACTIONS,
    "ResolveCustomerFunctionName": {"aws-marketplace:ResolveCustomer", "dynamodb:UpdateItem"},
}
LOG_ACTIONS = {"logs:CreateLogStream", "logs:PutLogEvents"}
# Actions that know no resources.
UNBOUND = {"aws-marketplace:BatchMeterUsage", "aws-marketplace:ResolveCustomer"}
# The sort and partition keys of the ledger's table and of its indexes.
LEDGER_KEYS = {
    "table": ["pk", "sk"],
    "due": ["spread", "due_at"],
    "unsettled": ["unsettled_license", "usage_hour"],
    "buckets": ["spread", "usage_hour"],
}
# Alarms on the ledger's own metrics; those on queues follow from QUEUES.
LEDGER_ALARMS = {
    ("Sweeps", "Sum"),
    ("OldestUnsettledBucketAge", "Maximum"),
    ("HeldBuckets", "Maximum"),
    ("BucketsConflict", "Sum"),
    ("BucketsExpired", "Sum"),
}

# What a person looks for on the dashboard, at least.
SHOWN = [
    "EventsAdded",
    "EventsRejected",
    "BucketsSettled",
    "BucketsConflict",
    "BucketsExpired",
    "HeldBuckets",
    "OldestUnsettledBucketAge",
    "Throttled",
    "ConsumedWriteCapacityUnits",
]


def check(aws, outputs):
    """Yields what holds, and raises where something does not."""
    queues = {
        name: aws("sqs").get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["All"])[
            "Attributes"
        ]
        for name in QUEUES
    }
    functions = {
        name: aws("lambda").get_function_configuration(FunctionName=outputs[name])
        for name in ACTIONS
    }
    for name, attributes in queues.items():
        expect(f"retention of {name}", attributes["MessageRetentionPeriod"], FOURTEEN_DAYS)
    yield f"{len(queues)} queues keep messages for 14 days"
    for source, dead, function in SOURCES:
        yield _source(aws("lambda"), queues[source], queues[dead], functions[function])
    yield _functions(functions, outputs)
    yield from _tables(aws("dynamodb"), outputs)
    yield _schedule(aws("scheduler"), functions["CloseHourFunctionName"], queues)
    yield _rule(aws("events"), functions["LicenseEventsFunctionName"], queues)
    yield _alarms(aws("cloudwatch"), queues, outputs)
    yield _dashboard(aws("cloudwatch"), outputs)
    yield from _roles(aws("iam"), functions)


def _source(functions, queue, dead, function):
    redrive = json.loads(queue["RedrivePolicy"])
    expect("dead-letter queue", redrive["deadLetterTargetArn"], dead["QueueArn"])
    # Fewer would give up on an outage of hours.
    at_least("maxReceiveCount", int(redrive["maxReceiveCount"]), 60)
    mappings = functions.list_event_source_mappings(EventSourceArn=queue["QueueArn"])
    (mapping,) = mappings["EventSourceMappings"]
    expect("function of the queue", mapping["FunctionArn"], function["FunctionArn"])
    expect("response types", mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
    expect("event source mapping", mapping["State"], "Enabled")
    visibility, timeout = int(queue["VisibilityTimeout"]), function["Timeout"]
    at_least(
        "VisibilityTimeout", visibility, 6 * timeout + mapping["MaximumBatchingWindowInSeconds"]
    )
    return (
        f"{_name(queue)}: batches of {mapping['BatchSize']} with partial failures, hidden for"
        f" {visibility} s, dead after {redrive['maxReceiveCount']} receives"
    )


def _functions(functions, outputs):
    for configuration in functions.values():
        expect("runtime", configuration["Runtime"], "provided.al2023")
        expect("architectures", configuration["Architectures"], ["x86_64"])
    variables = {name: functions[name]["Environment"]["Variables"] for name in LEDGER_FUNCTIONS}
    shared = [
        "LEDGER_TABLE",
        "METERING_REGION",
        "IDENTITY_FORM",
        "PRODUCT_CODE",
        "RULES",
        "CALLS_PER_SECOND",
        "LATE_EVENTS",
        "LATENESS_SECONDS",
        "HEARTBEAT_DIMENSIONS",
        "FINAL_FLUSH_SECONDS",
        "MONTH_END_CLOSE_SECONDS",
        "HOLD_RETRY_SECONDS",
        "LEASE_SECONDS",
    ]
    first = variables[LEDGER_FUNCTIONS[0]]
    for name, of_function in variables.items():
        for variable in shared:
            expect(f"{variable} of {name}", of_function.get(variable), first.get(variable))
        assert "CLOCK" not in of_function, f"{name} runs on another clock than the machine's"
    expect("LEDGER_TABLE", first["LEDGER_TABLE"], outputs["LedgerTableName"])
    queue_variables = [
        ("IngestEventsFunctionName", "REJECTS_QUEUE_URL", "RejectsQueueUrl"),
        ("ForwardUsageFunctionName", "REJECTS_QUEUE_URL", "RejectsQueueUrl"),
        ("CloseHourFunctionName", "METERING_QUEUE_URL", "MeteringQueueUrl"),
    ]
    for function, variable, queue in queue_variables:
        expect(f"{variable} of {function}", variables[function][variable], outputs[queue])
    return f"{len(functions)} functions on provided.al2023, one policy for all with a ledger"


def _tables(dynamodb, outputs):
    customers = dynamodb.describe_table(TableName=outputs["CustomersTableName"])["Table"]
    expect("key", _keys(customers), ["customer_id"])
    yield "customers table keyed by customer_id"
    name = outputs["LedgerTableName"]
    table = dynamodb.describe_table(TableName=name)["Table"]
    keys = {"table": _keys(table)}
    keys.update({index["IndexName"]: _keys(index) for index in table["GlobalSecondaryIndexes"]})
    expect("keys of the ledger", keys, LEDGER_KEYS)
    expect("billing", table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
    # MiniStack's CloudFormation passes over time to live and point-in-time recovery: cfn-lint holds
    # both to their schema, and only a real stack can show them.
    yield "ledger table with its three indexes, paid by request"


def _keys(table):
    return [
        key["AttributeName"] for key in sorted(table["KeySchema"], key=lambda key: key["KeyType"])
    ]


def _schedule(scheduler, function, queues):
    target, schedule = None, None
    for summary in scheduler.list_schedules()["Schedules"]:
        schedule = scheduler.get_schedule(Name=summary["Name"], GroupName=summary["GroupName"])
        target = schedule["Target"]
        if target["Arn"] == function["FunctionArn"]:
            break
    else:
        raise AssertionError("nothing invokes close_hour")
    expect("schedule", schedule["ScheduleExpression"], "rate(1 minute)")
    expect("state of the schedule", schedule["State"], "ENABLED")
    dead = queues["CloseHourDeadLetterQueueUrl"]["QueueArn"]
    expect("dead-letter queue of the schedule", target["DeadLetterConfig"]["Arn"], dead)
    assert target["RoleArn"], "the schedule has no role"
    return "close_hour every minute, by a role of its own and with a dead-letter queue"


def _rule(events, function, queues):
    names = events.list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"]
    (name,) = names
    rule = events.describe_rule(Name=name)
    pattern = json.loads(rule["EventPattern"])
    expect("source of the rule", pattern["source"], ["aws.agreement-marketplace"])
    expect(
        "kinds of the rule",
        pattern["detail-type"],
        [{"prefix": "License Updated"}, {"prefix": "License Deprovisioned"}],
    )
    expect("state of the rule", rule["State"], "ENABLED")
    (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
    dead = queues["LicenseEventsDeadLetterQueueUrl"]["QueueArn"]
    expect("dead-letter queue of the rule", target["DeadLetterConfig"]["Arn"], dead)
    return "license_events for License Updated and License Deprovisioned on the default bus"


def _alarms(cloudwatch, queues, outputs):
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    watched, of_ledger = set(), set()
    for alarm in alarms:
        (dimension,) = alarm["Dimensions"]
        if alarm["Namespace"] == "AWS/SQS":
            watched.add((alarm["MetricName"], dimension["Value"]))
        else:
            expect("ledger of the alarm", dimension["Value"], outputs["LedgerTableName"])
            of_ledger.add((alarm["MetricName"], alarm["Statistic"]))
    expected = {("ApproximateAgeOfOldestMessage", _name(queues[name])) for name, _, _ in SOURCES}
    sources = {name for name, _, _ in SOURCES}
    expected |= {
        ("ApproximateNumberOfMessagesVisible", _name(queue))
        for name, queue in queues.items()
        if name not in sources
    }
    expect("alarms on queues", watched, expected)
    expect("alarms on the ledger", of_ledger, LEDGER_ALARMS)
    for alarm in alarms:
        if alarm["MetricName"] == "ApproximateAgeOfOldestMessage":
            visibility = int(queues["MeteringQueueUrl"]["VisibilityTimeout"])
            # SQS leaves a message out of the metric once it was received three times.
            at_least("time to see it", 2 * visibility - alarm["Threshold"], alarm["Period"])
            expect("periods until the age alarm", alarm["EvaluationPeriods"], 1)
    return (
        f"{len(alarms)} alarms: dead letters, rejects, old messages; conflict, expired, held,"
        " oldest unsettled bucket, close_hour gone silent"
    )


def _dashboard(cloudwatch, outputs):
    body = cloudwatch.get_dashboard(DashboardName=outputs["DashboardName"])["DashboardBody"]
    widgets = json.loads(body)["widgets"]
    metrics = {metric[1] for widget in widgets for metric in widget["properties"]["metrics"]}
    lacking = set(SHOWN) - metrics
    assert not lacking, f"the dashboard lacks {lacking}"
    return f"a dashboard of {len(widgets)} graphs and {len(metrics)} metrics"


def _roles(iam, functions):
    for output, actions in ACTIONS.items():
        role = functions[output]["Role"].rsplit("/", 1)[-1]
        granted = set()
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                of_statement = set(_list(statement["Action"]))
                granted |= of_statement
                if "*" in _list(statement["Resource"]):
                    assert of_statement <= UNBOUND, f"{role}: {statement} on every resource"
        expect(f"actions of {role}", granted, actions | LOG_ACTIONS)
    yield "each role may do what its function calls, on its own resources, and nothing else"


def _list(value):
    return [value] if isinstance(value, str) else value


def _name(queue):
    return queue["QueueArn"].rsplit(":", 1)[-1]


def expect(what, actual, expected):
    assert actual == expected, f"{what}: {actual!r}, expected {expected!r}"


def at_least(what, actual, least):
    assert actual >= least, f"{what}: {actual}, expected {least} or more"
