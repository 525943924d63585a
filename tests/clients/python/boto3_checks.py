"""boto3 against the emulator: every operation, and every error as its typed exception."""

from datetime import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from checks import equal
from emulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY


class Clients:
    """boto3 clients of one emulator."""

    def __init__(self, emulator):
        self.emulator = emulator

    def client(self, attempts=1, region=REGION, **credentials):
        """A client that leaves every check to the service and does not retry."""
        return boto3.client(
            "meteringmarketplace",
            endpoint_url=self.emulator.url,
            region_name=region,
            config=Config(parameter_validation=False, retries={"total_max_attempts": attempts}),
            **{
                "aws_access_key_id": ACCESS_KEY_ID,
                "aws_secret_access_key": SECRET_ACCESS_KEY,
                **credentials,
            },
        )


def run(check, emulator):
    clients = Clients(emulator)
    client = clients.client()
    # The container's software runs with the buyer's role.
    buyer = clients.client(**emulator.credentials("buyer"))
    answers(check, emulator, client, buyer)
    batch_errors(check, emulator, clients, client)
    hosted_errors(check, emulator, clients, buyer)
    resolve_errors(check, emulator, client)
    common_errors(check, emulator, clients)
    faults(check, emulator, clients)


def record(emulator, **changes):
    """A record by license; a change to None takes the member away."""
    members = {
        "Timestamp": emulator.now,
        "Dimension": "users",
        "Quantity": 3,
        "CustomerAWSAccountId": "1",
        "LicenseArn": emulator.license_arn,
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def usage(emulator, **changes):
    members = {
        "ProductCode": emulator.container,
        "Timestamp": emulator.now,
        "UsageDimension": "pods",
        "UsageQuantity": 2,
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def allocations(*quantities, tag="team"):
    return [
        {"AllocatedUsageQuantity": quantity, "Tags": [{"Key": tag, "Value": f"t{index}"}]}
        for index, quantity in enumerate(quantities)
    ]


def answers(check, emulator, client, buyer):
    def batch():
        records = [
            record(emulator, UsageAllocations=allocations(1, 2)),
            record(emulator, Dimension="gigabytes", Quantity=None, QuantityAsDecimal="17.42"),
            record(emulator, Quantity=4),
            record(emulator, CustomerAWSAccountId="2", LicenseArn=emulator.unpaid_arn),
        ]
        first = client.batch_meter_usage(UsageRecords=records)
        again = client.batch_meter_usage(UsageRecords=records)
        equal(first["Results"], again["Results"])
        equal(first["UnprocessedRecords"], [])
        statuses = [result["Status"] for result in first["Results"]]
        equal(statuses, ["Success", "Success", "DuplicateRecord", "CustomerNotSubscribed"])
        equal(first["Results"][0]["UsageRecord"]["UsageAllocations"], allocations(1, 2))
        equal(emulator.billed(emulator.licensed), {"gigabytes": "17.42", "users": "3"})

    def legacy():
        by_identifier = record(
            emulator, CustomerIdentifier=emulator.identifier, CustomerAWSAccountId=None, LicenseArn=None
        )
        by_account = record(emulator, LicenseArn=None)
        for one in (by_identifier, by_account):
            answer = client.batch_meter_usage(ProductCode=emulator.legacy, UsageRecords=[one])
            equal([result["Status"] for result in answer["Results"]], ["Success"])
        equal(emulator.billed(emulator.legacy), {"users": "3"})

    def meter():
        first = buyer.meter_usage(**usage(emulator))
        equal(buyer.meter_usage(**usage(emulator))["MeteringRecordId"], first["MeteringRecordId"])
        token = {"UsageDimension": "hours", "ClientToken": f"token-{emulator.run}"}
        now = emulator.now
        second = buyer.meter_usage(**usage(emulator, Timestamp=now, **token))
        again = buyer.meter_usage(**usage(emulator, Timestamp=now, **token))
        equal(again["MeteringRecordId"], second["MeteringRecordId"])
        equal(emulator.billed(emulator.container), {"hours": "2", "pods": "2"})

    def register():
        answer = buyer.register_usage(
            ProductCode=emulator.container, PublicKeyVersion=1, Nonce="nonce"
        )
        equal(answer["Signature"].count("."), 2)
        equal("PublicKeyRotationTimestamp" in answer, False)

    def resolve():
        answer = client.resolve_customer(RegistrationToken=emulator.token(emulator.licensed))
        del answer["ResponseMetadata"]
        equal(answer, {
            "ProductCode": emulator.licensed,
            "CustomerAWSAccountId": "1",
            "LicenseArn": emulator.license_arn,
            "Metadata": {"AgreementId": f"agmt-{emulator.run}"},
        })
        answer = client.resolve_customer(RegistrationToken=emulator.token(emulator.legacy))
        equal(answer["CustomerIdentifier"], emulator.identifier)

    check("boto3 BatchMeterUsage by license, resent", batch)
    check("boto3 BatchMeterUsage by customer identifier and by account", legacy)
    check("boto3 MeterUsage, resent, with and without ClientToken", meter)
    check("boto3 RegisterUsage", register)
    check("boto3 ResolveCustomer by license and by identifier", resolve)


def typed(client, name, call, status=400):
    """The call must raise the client's own exception class of this name."""
    try:
        call()
    except getattr(client.exceptions, name) as error:
        equal(error.response["Error"]["Code"], name)
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
    else:
        raise AssertionError(f"{name} was not raised")


def coded(code, call, status=400):
    """The call must fail with this code, for which the model has no class."""
    try:
        call()
    except ClientError as error:
        equal(error.response["Error"]["Code"], code)
        equal(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
    else:
        raise AssertionError(f"{code} was not raised")


def batch_errors(check, emulator, clients, client):
    now = emulator.seconds

    def expect(name, product_code=None, **changes):
        def call():
            code = {"ProductCode": product_code} if product_code else {}
            client.batch_meter_usage(UsageRecords=[record(emulator, **changes)], **code)

        check(f"boto3 BatchMeterUsage {name}", lambda: typed(client, name, call))

    by_code = {"LicenseArn": None, "product_code": emulator.legacy}
    expect("InvalidProductCodeException", **{**by_code, "product_code": "nothing"})
    expect("InvalidUsageDimensionException", Dimension="nothing")
    expect("InvalidTagException", UsageAllocations=allocations(3, tag="?"))
    expect("InvalidUsageAllocationsException", UsageAllocations=allocations(1, 1))
    expect("InvalidCustomerIdentifierException", **by_code, CustomerAWSAccountId="99")
    expect("InvalidLicenseException", CustomerAWSAccountId="2")
    expect("TimestampOutOfBoundsException", Timestamp=now - 86_400)
    expect("TimestampOutOfBoundsException", Timestamp=now + 900)

    gov = clients.client(region="us-gov-west-1")
    check(
        "boto3 BatchMeterUsage DisabledApiException",
        lambda: typed(gov, "DisabledApiException", lambda: gov.batch_meter_usage(UsageRecords=[])),
    )
    for name, changes in {
        "both quantities": {"QuantityAsDecimal": "3"},
        "no dimension": {"Dimension": None},
        "a negative quantity": {"Quantity": -1},
        "ProductCode with LicenseArn": {"product_code": emulator.legacy},
    }.items():
        def call(changes=changes):
            changes = dict(changes)
            code = changes.pop("product_code", None)
            more = {"ProductCode": code} if code else {}
            client.batch_meter_usage(UsageRecords=[record(emulator, **changes)], **more)

        check(f"boto3 BatchMeterUsage ValidationException: {name}",
              lambda: coded("ValidationException", call))
    many = [record(emulator)] * 26
    check("boto3 BatchMeterUsage ValidationException: 26 records",
          lambda: coded("ValidationException", lambda: client.batch_meter_usage(UsageRecords=many)))
    large = [record(emulator, Dimension="x" * 1_000_000)]
    check("boto3 BatchMeterUsage RequestEntityTooLargeException", lambda: coded(
        "RequestEntityTooLargeException",
        lambda: client.batch_meter_usage(UsageRecords=large), status=413,
    ))


def hosted_errors(check, emulator, clients, buyer):
    def meter(name, client=buyer, **changes):
        call = lambda: client.meter_usage(**usage(emulator, **changes))
        check(f"boto3 MeterUsage {name}", lambda: typed(client, name, call))

    def register(name, client=buyer, **changes):
        request = {"ProductCode": emulator.container, "PublicKeyVersion": 1, **changes}
        call = lambda: client.register_usage(**request)
        check(f"boto3 RegisterUsage {name}", lambda: typed(client, name, call))

    stranger = clients.client(**emulator.credentials("stranger", buyer_account="99"))
    abroad = clients.client(**emulator.credentials("abroad", region="eu-west-1"))
    elsewhere = clients.client(**emulator.credentials("elsewhere", platform="other"))

    meter("InvalidProductCodeException", ProductCode=emulator.licensed)
    meter("InvalidUsageDimensionException", UsageDimension="nothing")
    meter("InvalidTagException", UsageAllocations=allocations(2, tag="?"))
    meter("InvalidUsageAllocationsException", UsageAllocations=allocations(1))
    meter("InvalidEndpointRegionException", client=abroad)
    meter("TimestampOutOfBoundsException", Timestamp=emulator.seconds - 6 * 3600 - 60)
    meter("DuplicateRequestException", UsageQuantity=3)
    used = {"UsageDimension": "hours", "ClientToken": f"token-{emulator.run}"}
    meter("IdempotencyConflictException", UsageQuantity=3, **used)
    meter("CustomerNotEntitledException", client=stranger)
    check("boto3 MeterUsage DryRunOperation", lambda: coded(
        "DryRunOperation", lambda: buyer.meter_usage(**usage(emulator, DryRun=True))
    ))
    denied = clients.client(**emulator.credentials("denied", denied_operations=["MeterUsage"]))
    check("boto3 MeterUsage AccessDeniedException", lambda: coded(
        "AccessDeniedException", lambda: denied.meter_usage(**usage(emulator))
    ))
    check("boto3 MeterUsage UnauthorizedException: DryRun without permission", lambda: coded(
        "UnauthorizedException", lambda: denied.meter_usage(**usage(emulator, DryRun=True))
    ))

    register("InvalidProductCodeException", ProductCode=emulator.licensed)
    register("InvalidPublicKeyVersionException", PublicKeyVersion=9)
    register("InvalidRegionException", client=abroad)
    register("PlatformNotSupportedException", client=elsewhere)
    register("CustomerNotEntitledException", client=stranger)
    emulator.admin("PUT", "/disabled-apis", ["RegisterUsage"])
    register("DisabledApiException")
    emulator.admin("PUT", "/disabled-apis", [])

    def rotation():
        emulator.admin("POST", f"/products/{emulator.container}/keys")
        answer = buyer.register_usage(ProductCode=emulator.container, PublicKeyVersion=1)
        equal(isinstance(answer["PublicKeyRotationTimestamp"], datetime), True)

    check("boto3 RegisterUsage with an expired key version", rotation)


def resolve_errors(check, emulator, client):
    def resolve(name, token):
        call = lambda: client.resolve_customer(RegistrationToken=token)
        check(f"boto3 ResolveCustomer {name}", lambda: typed(client, name, call))

    resolve("InvalidTokenException", "nothing")
    resolve("ExpiredTokenException", emulator.token(emulator.licensed, expiresInSeconds=0))
    emulator.admin("PUT", "/disabled-apis", ["ResolveCustomer"])
    resolve("DisabledApiException", "nothing")
    emulator.admin("PUT", "/disabled-apis", [])


def common_errors(check, emulator, clients):
    def empty(client):
        return lambda: client.batch_meter_usage(UsageRecords=[])

    wrong = clients.client(aws_secret_access_key="another")
    check("boto3 InvalidSignatureException",
          lambda: coded("InvalidSignatureException", empty(wrong)))
    unknown = clients.client(aws_access_key_id="AKNOBODY")
    check("boto3 UnrecognizedClientException: unknown key",
          lambda: coded("UnrecognizedClientException", empty(unknown), status=403))
    token = clients.client(aws_session_token="token")
    check("boto3 UnrecognizedClientException: a session token that is not the key's",
          lambda: coded("UnrecognizedClientException", empty(token), status=403))
    role = emulator.credentials("role", session_token="session")
    with_role = clients.client(**role, aws_session_token="session")
    check("boto3 with a session token", empty(with_role))


OPERATIONS = {
    "BatchMeterUsage": lambda client, emulator: client.batch_meter_usage(UsageRecords=[]),
    "MeterUsage": lambda client, emulator: client.meter_usage(**usage(emulator)),
    "RegisterUsage": lambda client, emulator: client.register_usage(
        ProductCode=emulator.container, PublicKeyVersion=1
    ),
    "ResolveCustomer": lambda client, emulator: client.resolve_customer(RegistrationToken="x"),
}


def faults(check, emulator, clients):
    client = clients.client()
    for operation, call in OPERATIONS.items():
        for kind, name, status in (
            ("throttle", "ThrottlingException", 400),
            ("internalError", "InternalServiceErrorException", 500),
        ):
            def struck(operation=operation, call=call, kind=kind, name=name, status=status):
                emulator.fault(kind, operation=operation)
                typed(client, name, lambda: call(client, emulator), status)

            check(f"boto3 {operation} {name}", struck)

    def dropped():
        emulator.fault("dropBeforeCommit")
        try:
            client.batch_meter_usage(UsageRecords=[])
        except ConnectionClosedError:
            return
        raise AssertionError("the connection was not closed")

    def dropped_after():
        one = record(emulator, Timestamp=emulator.seconds - 3600, Quantity=7)
        before = emulator.billed(emulator.licensed)
        emulator.fault("dropAfterCommit")
        answer = clients.client(attempts=2).batch_meter_usage(UsageRecords=[one])
        equal([result["Status"] for result in answer["Results"]], ["Success"])
        after = emulator.billed(emulator.licensed)
        equal(int(after["users"]) - int(before["users"]), 7)

    def unprocessed():
        one = record(emulator, Timestamp=emulator.seconds - 7200, Quantity=9)
        emulator.fault("unprocessed")
        answer = client.batch_meter_usage(UsageRecords=[one])
        equal(answer["Results"], [])
        again = client.batch_meter_usage(UsageRecords=answer["UnprocessedRecords"])
        equal([result["Status"] for result in again["Results"]], ["Success"])

    check("boto3 sees a dropped connection", dropped)
    check("boto3 retries a connection dropped after the commit, billed once", dropped_after)
    check("boto3 resends UnprocessedRecords as they came", unprocessed)
