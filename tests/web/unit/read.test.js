// What a pasted text is taken for: exact outcomes, without a browser.
import test from "node:test";
import { expect } from "@playwright/test";
import { read } from "../../../www/js/read/read.js";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const TOKEN = `${part({ alg: "PS256", typ: "JWT" })}.${part({ productCode: "container0000000000000001", nonce: "n" })}.${Buffer.alloc(384, 7).toString("base64url")}`;
const RESPONSE = JSON.stringify({ Signature: TOKEN }, null, 2);
const KEY = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
const PRIVATE_LINE = expect.stringMatching(/^This is a private key\. Paste it nowhere/);
const RECORD = { Timestamp: "2026-11-21T10:00:00Z", CustomerAWSAccountId: "111122223333", Dimension: "users", Quantity: 3 };
const BODY = JSON.stringify({ ProductCode: "saas00000000000000000001a", UsageRecords: [RECORD, RECORD] });

const lambdaRecord = (body, attributes = {}) => ({
  messageId: "m-1", receiptHandle: "r", body, eventSource: "aws:sqs",
  messageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: "String" }])),
});
const received = (body, attributes = {}) => ({
  MessageId: "m-1", ReceiptHandle: "r", Body: body,
  MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { StringValue, DataType: "String" }])),
});
const REASON = "1 event accepted; not accepted: /1/Quantity: quantity_negative (write 0 or more)";
const REJECTED = { MeterproofCode: "quantity_negative", MeterproofReason: REASON, MeterproofSourceMessageId: "m-0" };

const call = {
  eventVersion: "1.05", eventTime: "2026-11-21T10:01:00Z", eventSource: "metering-marketplace.amazonaws.com", eventName: "BatchMeterUsage",
  requestParameters: {
    usageRecords: [{
      dimension: "users", timestamp: "Nov 21, 2026 12:05:09 AM", customerAWSAccountID: "111122223333", quantity: 1,
      usageAllocations: [{ allocatedUsageQuantity: 1, tags: [{ key: "team", value: "a" }] }],
    }],
    productCode: "saas00000000000000000001a",
  },
  responseElements: null,
};
const callAsSent = {
  UsageRecords: [{
    Dimension: "users", Timestamp: "2026-11-21T00:05:09Z", CustomerAWSAccountId: "111122223333", Quantity: 1,
    UsageAllocations: [{ AllocatedUsageQuantity: 1, Tags: [{ Key: "team", Value: "a" }] }],
  }],
  ProductCode: "saas00000000000000000001a",
};
const pretty = (value) => JSON.stringify(value, null, 2);

// name: [text, kind, view, text handed on, line]
const CASES = {
  "a token": [TOKEN, "token", "token", TOKEN, "A token. Its parts, claims and checks are below."],
  "a token with a line break after it": [`${TOKEN}\n`, "token", "token", `${TOKEN}\n`, "A token. Its parts, claims and checks are below."],
  "a token broken by a terminal": [`${TOKEN.slice(0, 80)}\n${TOKEN.slice(80)}`, "token", "token", `${TOKEN.slice(0, 80)}\n${TOKEN.slice(80)}`,
    "A token, broken into 2 pieces by white space. A verifier refuses it like that; one click joins it."],
  "a token in a line of a log": [`2026-11-21T10:00:00Z INFO registered ${TOKEN} ok`, "token", "token", TOKEN,
    "A text with one token in it. The token is below, the rest is left out."],
  "a token right behind a colour of a terminal, and beside names with dots": [`a.b.example.com \u001b[32m${TOKEN}\u001b[0m keys.of.it`, "token", "token", TOKEN,
    "A text with one token in it. The token is below, the rest is left out."],
  "a response": [RESPONSE, "register-usage-response", "token", RESPONSE, "A RegisterUsage response."],
  "a response of an expired key version": [JSON.stringify({ PublicKeyRotationTimestamp: 1, Signature: TOKEN }), "register-usage-response", "token",
    JSON.stringify({ PublicKeyRotationTimestamp: 1, Signature: TOKEN }), "A RegisterUsage response. It says that your public key version has expired."],
  "aws --query Signature": [`"${TOKEN}"\n`, "cli-output", "token", TOKEN, "A token in quotation marks, as the aws CLI prints one member. The token itself is below."],
  "aws --output text": [`1795000000.0\t${TOKEN}\n`, "cli-output", "token", pretty({ PublicKeyRotationTimestamp: 1_795_000_000, Signature: TOKEN }),
    "A RegisterUsage response as a program prints it. It is below as JSON."],
  "aws --output yaml": [`PublicKeyRotationTimestamp: '2026-11-18T11:06:40+00:00'\nSignature: ${TOKEN}\n`, "cli-output", "token",
    pretty({ PublicKeyRotationTimestamp: "2026-11-18T11:06:40+00:00", Signature: TOKEN }), "A RegisterUsage response as a program prints it. It is below as JSON."],
  "aws --output table": [`-----------\n|  Signature |  ${TOKEN}  |\n+---`, "cli-output", "token", RESPONSE, "A RegisterUsage response as a program prints it. It is below as JSON."],
  "a response printed by Python": [`{'Signature': '${TOKEN}', 'ResponseMetadata': {'RetryAttempts': 0}}`, "cli-output", "token", RESPONSE,
    "A RegisterUsage response as a program prints it. It is below as JSON."],
  "a response printed by Rust": [`RegisterUsageOutput { public_key_rotation_timestamp: None, signature: Some("${TOKEN}") }`, "cli-output", "token", RESPONSE,
    "A RegisterUsage response as a program prints it. It is below as JSON."],
  "a response cut off": [`{"Signature": "${TOKEN}`, "cli-output", "token", RESPONSE, "A RegisterUsage response as a program prints it. It is below as JSON."],
  "a response that a terminal broke over lines": [RESPONSE.match(/[^]{1,80}/g).join("\r\n"), "register-usage-response", "token", RESPONSE.replaceAll("\n", ""),
    "A RegisterUsage response. Its line breaks are left out."],
  "five segments in a line of a log": [`token=${TOKEN}.AAAA.BBBB.`, "token", "token", `${TOKEN}.AAAA.BBBB`, "A text with one token in it. The token is below, the rest is left out."],
  "a public key": [KEY, "public-key", "token", KEY, "A public key. It is in the key field, judged by itself."],
  "a private key": [KEY.replaceAll("PUBLIC", "PRIVATE"), "private-key", null, undefined, PRIVATE_LINE],
  "a private key of openssl, and a public one before it": [`${KEY}Bag Attributes\n${KEY.replaceAll("PUBLIC", "RSA PRIVATE")}`, "private-key", null, undefined, PRIVATE_LINE],
  "a private key in JSON": [JSON.stringify({ key: KEY.replaceAll("PUBLIC", "ENCRYPTED PRIVATE") }), "private-key", null, undefined, PRIVATE_LINE],
  "a private JWK": ['{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}', "private-key", null, undefined, PRIVATE_LINE],
  "a private JWK in a message": [JSON.stringify(received('{"kty":"RSA","d":"AQ"}')), "private-key", null, undefined, PRIVATE_LINE],
  "a private JWK and a line after it": ['{"kty":"EC","d":"AQ"}\nrest', "private-key", null, undefined, PRIVATE_LINE],
  "a set of JWKs, one private": ['{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"},{"kty":"oct","k":"AQ"}]}', "private-key", null, undefined, PRIVATE_LINE],
  "a JWK": ['{"kty":"RSA","n":"AQ","e":"AQAB"}', "public-key", "token", '{"kty":"RSA","n":"AQ","e":"AQAB"}', "A public key. It is in the key field, judged by itself."],
  "an error of the CLI": ["An error occurred (CustomerNotEntitledException) when calling the RegisterUsage operation: no", "register-usage-error", "token", undefined,
    "RegisterUsage answered CustomerNotEntitledException. What it means and what to do is below."],
  "an error on the wire": ['{"__type":"com.amazonaws#InvalidRegionException","message":"x"}', "register-usage-error", "token", undefined,
    "RegisterUsage answered InvalidRegionException. What it means and what to do is below."],
  "an error of BatchMeterUsage that may pass": ["An error occurred (ThrottlingException) when calling the BatchMeterUsage operation", "usage-error", null, undefined,
    "BatchMeterUsage answered ThrottlingException. Wait, and send the same again."],
  "an error of MeterUsage": ["An error occurred (DuplicateRequestException) when calling the MeterUsage operation: x", "usage-error", null, undefined,
    "MeterUsage answered DuplicateRequestException. Paste the request: what breaks a rule is marked."],
  "an error that RegisterUsage has too, of a call of curl -v": ['> X-Amz-Target: AWSMPMeteringService.BatchMeterUsage\n< HTTP/1.1 400\n{"__type":"InvalidProductCodeException","message":"x"}', "usage-error", null, undefined,
    "BatchMeterUsage answered InvalidProductCodeException. Paste the request: what breaks a rule is marked."],
  "an error about records, on the wire": ['{"__type":"com.amazonaws#TimestampOutOfBoundsException","message":"x"}', "usage-error", null, undefined,
    "AWS answered TimestampOutOfBoundsException. Paste the request: what breaks a rule is marked."],
  "an error of an operation without records": ["An error occurred (ThrottlingException) when calling the ResolveCustomer operation", "unknown", null, undefined, expect.stringMatching(/^Not recognised\./)],
  "an error of another program": ["java.lang.NullPointerException", "unknown", null, undefined, expect.stringMatching(/^Not recognised\./)],
  "a request": [BODY, "usage", "usage", BODY, "A BatchMeterUsage request with 2 records."],
  "a MeterUsage request": ['{"UsageDimension":"d"}', "usage", "usage", '{"UsageDimension":"d"}', "A MeterUsage request."],
  "a record": [JSON.stringify(RECORD), "usage", "usage", JSON.stringify(RECORD), "A usage record."],
  "an array": [JSON.stringify([RECORD]), "usage", "usage", JSON.stringify([RECORD]), "An array of 1 usage record."],
  "an answer of BatchMeterUsage": [JSON.stringify({ Results: [{ UsageRecord: RECORD, Status: "Success" }, { UsageRecord: RECORD, Status: "DuplicateRecord" }], UnprocessedRecords: [RECORD] }),
    "cli-output", "usage", pretty([RECORD, RECORD, RECORD]), "The answer of BatchMeterUsage: 1 Success, 1 DuplicateRecord (AWS has that hour already: compare the quantities), 1 unprocessed, to be sent again. Its records are below, without their product code."],
  "an answer about a license": [JSON.stringify({ Results: [{ UsageRecord: { ...RECORD, LicenseArn: "l" }, Status: "CustomerNotSubscribed" }, null] }), "cli-output", "usage", pretty([{ ...RECORD, LicenseArn: "l" }]),
    "The answer of BatchMeterUsage: 1 CustomerNotSubscribed (not billed: no agreement then). Its records are below."],
  "an answer with a status that is no word of AWS": [JSON.stringify({ Results: [{ UsageRecord: { ...RECORD, LicenseArn: "l" }, Status: "constructor" }] }), "cli-output", "usage", pretty([{ ...RECORD, LicenseArn: "l" }]),
    "The answer of BatchMeterUsage: 1 constructor. Its records are below."],
  "JSON cut off": ['{"UsageRecords": [', "usage", "usage", '{"UsageRecords": [', "Begins like JSON, but is none: the place is marked."],
  "other JSON": ['{"a":1}', "usage", "usage", '{"a":1}', "JSON of no form that this page knows. What AWS would say to it is below."],
  "JSON lines": [`${JSON.stringify(RECORD)}\n${JSON.stringify(RECORD)}\n`, "json-lines", "usage", `${JSON.stringify(RECORD)}\n${JSON.stringify(RECORD)}\n`,
    "JSON lines: every line is judged by itself."],
  "JSON lines, the last one cut off": ['{"a":1}\r\n{"a":', "json-lines", "usage", '{"a":1}\r\n{"a":', "JSON lines: every line is judged by itself."],
  "a response on one line, and more": [`${JSON.stringify({ Signature: TOKEN })}\r\nregistered\n`, "register-usage-response", "token", JSON.stringify({ Signature: TOKEN }),
    "A RegisterUsage response. What stands after its line is left out."],
  "CloudTrail events, one a line": [`${JSON.stringify({ ...call, eventName: "ResolveCustomer" })}\n${JSON.stringify(call)}\n{"cut`, "cloudtrail", "usage", pretty(callAsSent),
    "1 CloudTrail event of BatchMeterUsage of 2026-11-21T10:01:00Z, 1 record. To judge it as of then, fill in \"Judge as of\"."],
  "looked-up CloudTrail events, one a line": [`${JSON.stringify({ CloudTrailEvent: JSON.stringify(call) })}\n${JSON.stringify({ CloudTrailEvent: JSON.stringify(call) })}`, "cloudtrail", "usage",
    pretty({ ...callAsSent, UsageRecords: [...callAsSent.UsageRecords, ...callAsSent.UsageRecords] }), "2 CloudTrail events of BatchMeterUsage, 2 records."],
  "a CloudTrail event of a registration, and more": [`${JSON.stringify({ eventName: "RegisterUsage", responseElements: { signature: TOKEN } })}\nrest`, "cloudtrail", "token", TOKEN,
    "A CloudTrail event of RegisterUsage. Its token is below."],
  "one line of JSON with a line break": ['{"Dimension":"d"}\n\n', "usage", "usage", '{"Dimension":"d"}\n\n', "A usage record."],
  "a CloudTrail event": [pretty(call), "cloudtrail", "usage", pretty(callAsSent), "1 CloudTrail event of BatchMeterUsage of 2026-11-21T10:01:00Z, 1 record. To judge it as of then, fill in \"Judge as of\"."],
  "a CloudTrail event with AWS's answer": [pretty({ ...call, responseElements: { results: [{ status: "DuplicateRecord" }, null], unprocessedRecords: [] } }), "cloudtrail", "usage", pretty(callAsSent),
    "1 CloudTrail event of BatchMeterUsage of 2026-11-21T10:01:00Z, 1 record. AWS answered: 1 DuplicateRecord (AWS has that hour already: compare the quantities). To judge it as of then, fill in \"Judge as of\"."],
  "a CloudTrail event of MeterUsage, refused": [
    JSON.stringify({ eventName: "MeterUsage", eventTime: "2026-11-21T10:01:00Z", errorCode: "DuplicateRequestException", requestParameters: { productCode: "p" } }), "cloudtrail", "usage", pretty({ ProductCode: "p" }),
    "A CloudTrail event of MeterUsage of 2026-11-21T10:01:00Z. AWS refused it: DuplicateRequestException. To judge it as of then, fill in \"Judge as of\"."],
  "a CloudTrail file": [JSON.stringify({ Records: [call, { ...call, eventName: "ResolveCustomer" }, call] }), "cloudtrail", "usage",
    pretty({ ...callAsSent, UsageRecords: [...callAsSent.UsageRecords, ...callAsSent.UsageRecords] }), "2 CloudTrail events of BatchMeterUsage, 2 records."],
  "aws cloudtrail lookup-events": [JSON.stringify({ Events: [{ EventName: "BatchMeterUsage", CloudTrailEvent: JSON.stringify({ ...call, errorCode: "TimestampOutOfBoundsException" }) }] }),
    "cloudtrail", "usage", pretty(callAsSent), "1 CloudTrail event of BatchMeterUsage of 2026-11-21T10:01:00Z, 1 record. AWS refused it: TimestampOutOfBoundsException. To judge it as of then, fill in \"Judge as of\"."],
  "a CloudTrail event of RegisterUsage": [JSON.stringify({ eventName: "RegisterUsage", responseElements: { signature: TOKEN } }), "cloudtrail", "token", TOKEN,
    "A CloudTrail event of RegisterUsage. Its token is below."],
  "a Lambda event": [JSON.stringify({ Records: [lambdaRecord(BODY)] }), "sqs-message", "usage", BODY, "1 SQS message. Its body: a BatchMeterUsage request with 2 records."],
  "aws sqs receive-message": [JSON.stringify({ Messages: [received(JSON.stringify(RECORD))] }), "sqs-message", "usage", JSON.stringify(RECORD), "1 SQS message. Its body: a usage record."],
  "a message from a topic": [JSON.stringify(received(JSON.stringify({ Type: "Notification", Message: BODY }))), "sqs-message", "usage", BODY,
    "1 SQS message. Its body: a BatchMeterUsage request with 2 records."],
  "several messages": [JSON.stringify({ Messages: [received(BODY), received(BODY)] }), "sqs-message", "usage",
    `{\n"ProductCode": "saas00000000000000000001a",\n"UsageRecords": [\n${Array(4).fill(JSON.stringify(RECORD)).join(",\n")}\n]\n}`,
    "2 SQS messages. Their records are below."],
  "several messages, one of no JSON": [JSON.stringify({ Messages: [received(BODY), received("no JSON"), received("no\nJSON")] }), "sqs-message", "usage",
    `${BODY}\nno JSON\n{"body":"no\\nJSON"}\n`,
    "3 SQS messages. Their bodies do not fit one request: each is judged as it is, one a line."],
  "a rejected message": [JSON.stringify({ Messages: [received(BODY, REJECTED)] }), "reject", "usage", BODY,
    "A message of the rejects queue: quantity_negative. Its body: a BatchMeterUsage request with 2 records."],
  "a rejected message that is no JSON": [JSON.stringify(lambdaRecord("{oops", REJECTED)), "reject", "usage", "{oops",
    "A message of the rejects queue: quantity_negative. Its body: begins like JSON, but is none: the place is marked."],
  "a rejected text": [JSON.stringify(lambdaRecord("oops", REJECTED)), "reject", "usage", "oops", "A message of the rejects queue: quantity_negative. Its body is of no form known here."],
  "nothing": [" \n", "empty", null, undefined, "It holds no text."],
  "prose": ["hello, world", "unknown", null, undefined, expect.stringMatching(/^Not recognised\. This page reads tokens/)],
};

for (const [name, [text, kind, view, handed, line]] of Object.entries(CASES)) {
  test(`read: ${name}`, () => {
    const found = read(text);
    expect({ kind: found.kind, view: found.view, text: found.text, line: found.line }).toEqual({ kind, view, text: handed, line });
  });
}

test("a reject brings its reason, and messages of one product their product code", () => {
  expect(read(JSON.stringify(lambdaRecord(BODY, REJECTED))).reasons).toEqual([{ code: "quantity_negative", reason: REASON, id: "m-0" }]);
  expect(read(JSON.stringify({ Records: [lambdaRecord(BODY), lambdaRecord(BODY)] })).settings).toEqual({ product: "saas00000000000000000001a" });
  expect(read("An error: DisabledApiException").error).toBe("DisabledApiException");
});

// In the form in which aws-cli 2.9.19 prints messages: a body on one line, a rejected one over several, a text that YAML folds.
const PRINTED = {
  text: "MESSAGES\t{\"EventId\":\"e1\",\"Source\":\"a  b: #c\"}\t602b987863b04582ef9c175a3e591e53\t\t2a4a617d-dd31-4a9c-9d55-aec7af0e2358\t1d69af36-06be-4182-9383-dc6deaea950c\n"
    + "ATTRIBUTES\t1795348029162\t1\t000000000000\t1795348026657\n"
    + "MESSAGES\t{\n  \"EventId\": \"\u00e9\ud834\udd1e\",\n\t\"Source\": \"it's a long name, so that the text is folded over more than one line\"\n}\t00601a1ff50dafd508abccf6e74ac38f\t481b16da2ccfeae7bbb3cd4f0af08418\tba31eeb2-7766-4c9f-aca2-e143b54ab237\t221f0770-72e3-4448-aa09-67907ad1897e\n"
    + "METERPROOFCODE\tString\tquantity_negative\n"
    + "METERPROOFREASON\tString\t1 event accepted; not accepted: /1/Quantity: quantity_negative (write 0 or more; it's negative, and that is what is wrong here)\n"
    + "MESSAGES\tplain text that is long enough to be folded over a second line, since it has many words\t31bc5c2b8fd4f20cd747347b7504a385\t\t1090a2e8-2783-48d8-8c84-81314460e582\t480b86d2-b358-4cf2-a8ab-8d0d6b060800\n",
  yaml: `Messages:
- Attributes:
    SenderId: '000000000000'
  Body: '{"EventId":"e1","Source":"a  b: #c"}'
  MD5OfBody: 602b987863b04582ef9c175a3e591e53
  MessageId: 2a4a617d-dd31-4a9c-9d55-aec7af0e2358
  ReceiptHandle: c6cb6cef-8b38-43af-8e9c-f1dcbbea734c
- Body: "{\\n  \\"EventId\\": \\"é\\U0001D11E\\",\\n\\t\\"Source\\":
    \\"it's a long name, so that the text is folded over more than one line\\"\\n}"
  MD5OfBody: 00601a1ff50dafd508abccf6e74ac38f
  MD5OfMessageAttributes: 481b16da2ccfeae7bbb3cd4f0af08418
  MessageAttributes:
    MeterproofCode:
      DataType: String
      StringValue: quantity_negative
    MeterproofReason:
      DataType: String
      StringValue: '1 event accepted; not accepted: /1/Quantity: quantity_negative
        (write 0 or more; it''s negative, and that is what is wrong here)'
  MessageId: ba31eeb2-7766-4c9f-aca2-e143b54ab237
  ReceiptHandle: b1970d0c-65c0-44a8-a911-bf4d42b6723e
- Body: plain text that is long enough to be folded over a second line, since it has
    many words
  MD5OfBody: 31bc5c2b8fd4f20cd747347b7504a385
  MessageId: 1090a2e8-2783-48d8-8c84-81314460e582
  ReceiptHandle: 1a0ba474-24a7-407e-953e-b938cd59b6ce
`,
};
const PRINTED_BODIES = [
  '{"EventId":"e1","Source":"a  b: #c"}',
  '{\n  "EventId": "\u00e9\ud834\udd1e",\n\t"Source": "it\'s a long name, so that the text is folded over more than one line"\n}',
  "plain text that is long enough to be folded over a second line, since it has many words",
];

for (const [output, text] of Object.entries(PRINTED)) {
  for (const [name, printed] of [["", text], [", with the line ends of Windows", text.replaceAll("\n", "\r\n")]]) {
    test(`aws sqs receive-message --output ${output}${name}: bodies and reasons as they are`, () => {
      expect(read(printed)).toMatchObject({
        kind: "reject", view: "usage", lines: true, line: "1 message of the rejects queue among 3. Their bodies do not fit one request: each is judged as it is, one a line.",
        reasons: [{ code: "quantity_negative", id: undefined, reason: "1 event accepted; not accepted: /1/Quantity: quantity_negative (write 0 or more; it's negative, and that is what is wrong here)" }],
        text: PRINTED_BODIES.map((body) => `${body.replace(/\n/g, " ")}\n`).join(""),
      });
    });
  }
}

test("one message as the CLI prints it, and forms of which none is read", () => {
  const one = "MESSAGES\t{\"EventId\":\"e1\"}\t602b987863b04582ef9c175a3e591e53\t2a4a617d-dd31-4a9c-9d55-aec7af0e2358\thandle\n";
  expect(read(one)).toMatchObject({ kind: "sqs-message", text: '{"EventId":"e1"}', line: "1 SQS message. Its body: a usage event." });
  expect(read(`Messages:\n- Body: '{"EventId":"it''s"}'\n  MessageId: m\n`)).toMatchObject({ text: '{"EventId":"it\'s"}', line: "1 SQS message. Its body: a usage event." });
  const asJson = { kind: "unknown", view: null, line: "SQS messages, printed in a form that is not read here: print them with --output json." };
  expect(read("|  MessageId  |  m  |\n|  ReceiptHandle  |  r  |")).toEqual(asJson);
  expect(read("Messages:\n- Body: \"\\q\"\n  ReceiptHandle: r\n")).toEqual(asJson);
  expect(read("Messages: none today").kind).toBe("unknown");
});

const messages = (...bodies) => read(JSON.stringify({ Messages: bodies.map((body) => received(body)) }));
const request = (product, ...records) => `{"ProductCode":"${product}","UsageRecords":[${records.join(",")}]}`;

test("the bodies of several messages reach the view as they were written", () => {
  const odd = '{"Dimension":"users","Quantity":1e2,"Quantity":12345678901234567890}';
  const both = messages(request("a", odd), request("a", odd, "7"));
  expect(both).toMatchObject({ text: `{\n"ProductCode": "a",\n"UsageRecords": [\n${odd},\n${odd},\n7\n]\n}`, settings: { product: "a" } });
  expect(both.lines).toBeUndefined();
  expect(messages(odd, ` ${odd}\n`).text).toBe(`[\n${odd},\n${odd}\n]`);
  expect(messages(`[${odd}, ${odd}]`, `[${odd}]`).text).toBe(`[\n${odd},\n${odd},\n${odd}\n]`);
  const many = messages(request("a", ...Array(25).fill(odd)), request("a", odd));
  expect(many).toMatchObject({ text: `[\n${Array(26).fill(odd).join(",\n")}\n]`, settings: { product: "a" } });
});

test("bodies that do not fit one request are judged line by line, none left out", () => {
  const record = '{"Dimension":"users","Quantity":1e2}';
  const metered = '{"ProductCode":"a","UsageDimension":"users","UsageQuantity":1e2}';
  const pairs = [
    [request("a", record), request("b", record)],
    [metered, metered],
    [request("a", record), record],
    [request("a", record), `{"ProductCode":"b","ProductCode":"a","UsageRecords":[${record}]}`],
    [request("a", record), `{"ProductCode":"a","UsageRecords":[${record}],"Extra":1}`],
    [request("a", record), request("a")],
    [request("a", record), request("a", ...Array(26).fill(record))],
    ["{oops", request("a", record)],
  ];
  for (const pair of pairs) expect(messages(...pair)).toMatchObject({ view: "usage", lines: true, settings: undefined, text: `${pair.join("\n")}\n` });
  expect(messages('{\r\n"a":1\n}', "1").text).toBe('{  "a":1 }\n1\n');
});

test("moments of CloudTrail: noon, midnight, and what is no moment", () => {
  const moment = (timestamp) => JSON.parse(read(JSON.stringify({ ...call, requestParameters: { usageRecords: [{ timestamp }] } })).text).UsageRecords[0].Timestamp;
  expect(moment("Apr 19, 2018 4:32:50 PM")).toBe("2018-04-19T16:32:50Z");
  expect(moment("Apr 1, 2018 12:00:00 AM")).toBe("2018-04-01T00:00:00Z");
  expect(moment("Apr 1, 2018, 12:00:00\u202fPM")).toBe("2018-04-01T12:00:00Z");
  expect(moment("Foo 1, 2018 12:00:00 PM")).toBe("Foo 1, 2018 12:00:00 PM");
  expect(moment(1_795_000_000)).toBe(1_795_000_000);
  expect(moment({ a: 1 })).toEqual({ a: 1 });
});

test("no text makes it throw, or is lost on the way to a view", () => {
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const texts = Object.values(CASES).map(([text]) => text);
  const bits = ['"', "{", "}", "[", "]", "\\", "\u0000", "\ud800", "null", "1e999", ".", "ey", "\n", "Records", "body", "\t"];
  for (let round = 0; round < 20_000; round += 1) {
    let text = texts[random(texts.length)];
    for (let change = 0; change <= random(4); change += 1) {
      const at = random(text.length + 1);
      text = random(3) === 0 ? text.slice(0, at) : text.slice(0, at) + bits[random(bits.length)] + text.slice(at + random(5));
    }
    const found = read(text);
    expect(typeof found.kind).toBe("string");
    expect(typeof found.line).toBe("string");
    if (found.view !== null && found.kind !== "register-usage-error") expect(typeof found.text).toBe("string");
  }
});

for (const [name, text] of Object.entries({
  "deep arrays": "[".repeat(200_000) + "]".repeat(200_000),
  "deep objects": `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  "deep CloudTrail": JSON.stringify({ eventName: "BatchMeterUsage", requestParameters: 0 }).replace(":0", `:${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`),
  "messages in messages": [..."123456"].reduce((body) => JSON.stringify({ Records: [lambdaRecord(body)] }), BODY),
  "a megabyte of dots": ".".repeat(1_000_000),
  "a megabyte of ey.": "ey.".repeat(333_333),
  "400 kB of ey": "ey".repeat(200_000),
  "400 kB of ey and a dot": `${"ey".repeat(200_000)}.`,
  "400 kB of base64url": `x ${Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 24)).toString("base64url")}`,
  "400 kB of eyey.=": "eyey.=".repeat(66_667),
  "400 kB of eyey.+": "eyey+eyey-".repeat(40_000),
  "400 kB of signature-ey": "signature-eyey-".repeat(26_667),
  "100,000 spaces in YAML": `Messages:\n- Body: "${" ".repeat(100_000)}x"`,
  "300,000 quotation marks in YAML": `Messages:\n- Body: ${"'".repeat(300_001)}`,
  "200,000 columns": `MESSAGES\t${"a\t".repeat(200_000)}`,
  "a megabyte of signature": "signature ".repeat(100_000),
})) {
  test(`read stays quick and whole: ${name}`, () => {
    expect(typeof read(text).kind).toBe("string");
  });
}
