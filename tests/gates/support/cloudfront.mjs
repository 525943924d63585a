// CloudFront's side of a viewer-request function: the event document, and what it makes of the answer.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html

import assert from "node:assert/strict";

/** Headers that no edge function may add, besides all that begin with X-Amz-Cf- and X-Edge-. */
const DISALLOWED = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "trailer",
  "upgrade",
  "x-accel-buffering",
  "x-accel-charset",
  "x-accel-limit-rate",
  "x-accel-redirect",
  "x-cache",
  "x-forwarded-proto",
  "x-real-ip",
]);

/** Headers that a viewer-request function may read but neither change nor remove. */
const READ_ONLY = ["content-length", "host", "transfer-encoding", "via"];

/** Most bytes of an answer that a viewer-request function makes itself, its headers included. */
const LONGEST_ANSWER = 40 * 1024;

/** The document for a request of a viewer, with CloudFront's own headers. */
export function viewerRequest({ method, path, headers }) {
  const sent = {
    Host: "d111111abcdef8.cloudfront.net",
    "User-Agent": "curl/8.14.1",
    Accept: "*/*",
    ...headers,
  };
  const request = {
    clientIp: "203.0.113.178",
    headers: Object.fromEntries(
      Object.entries(sent).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]),
    ),
    method,
    querystring: "",
    uri: path,
  };
  const config = {
    distributionDomainName: "d111111abcdef8.cloudfront.net",
    distributionId: "EDFDVBD6EXAMPLE",
    eventType: "viewer-request",
    requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  };
  return { Records: [{ cf: { config, request } }] };
}

/**
 * What CloudFront makes of the function's answer: the response for the viewer, or the request that
 * goes on to the cache and the origin. Anything else is a failure, as it is for CloudFront.
 */
export function outcome(event, answer) {
  const { request } = event.Records[0].cf;
  return "status" in answer ? response(answer) : { onward: unchanged(request, answer) };
}

function response(answer) {
  const known = ["body", "bodyEncoding", "headers", "status", "statusDescription"];
  for (const name of Object.keys(answer)) assert.ok(known.includes(name), name);
  assert.match(answer.status, /^[2-5][0-9]{2}$/);
  assert.equal(typeof answer.statusDescription, "string");
  assert.ok(Buffer.byteLength(JSON.stringify(answer)) < LONGEST_ANSWER);
  const headers = {};
  for (const [name, values] of Object.entries(answer.headers)) {
    assert.equal(name, name.toLowerCase());
    assert.ok(!DISALLOWED.has(name) && !/^x-(amz-cf|edge)-/.test(name) && !READ_ONLY.includes(name), name);
    for (const { key, value } of values) {
      assert.equal(key.toLowerCase(), name);
      assert.equal(typeof value, "string");
    }
    headers[name] = values.map(({ value }) => value).join(", ");
  }
  return { status: Number(answer.status), headers, body: JSON.parse(answer.body) };
}

function unchanged(request, answer) {
  const { headers: _, ...given } = request;
  const { headers, ...rest } = answer;
  assert.deepEqual(rest, given);
  for (const name of READ_ONLY) assert.deepEqual(headers[name], request.headers[name]);
  return answer;
}
