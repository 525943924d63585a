// What every gate must answer, whatever it runs in.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { HOUR, MINUTE, forged, token, withClaims, withHeader, withTurnedBit } from "./tokens.mjs";

/**
 * @param start answers a gate: `ask({ method, path, headers })` to `{ status, headers, body }`,
 * `assertPassed(answer, path)`, `lines(count)` with what it has logged once there are that many
 * lines, `output()` with all that the engine has written, `stop()`
 * @param more what is peculiar to this gate
 */
export function testGate(name, start, more = async () => {}) {
  test(name, async (t) => {
    const gate = await start();
    t.after(() => gate.stop());
    const secrets = [];
    const logged = [];

    const nonce = async () => {
      const { status, headers, body } = await gate.ask({ method: "POST", path: "/nonce", headers: {} });
      assert.equal(status, 200);
      assert.equal(headers["cache-control"], "no-store");
      assert.deepEqual(Object.keys(body), ["nonce"]);
      secrets.push(body.nonce);
      return body.nonce;
    };
    const show = (shown, sent, { method = "GET", path = "/paid/report" } = {}) => {
      const headers = {};
      if (shown !== undefined) headers.authorization = `Bearer ${shown}`;
      if (sent !== undefined) headers["registration-nonce"] = sent;
      secrets.push(...(shown ?? "").split(".").slice(1));
      return gate.ask({ method, path, headers });
    };
    const passes = (what, shown, sent, path = "/paid/report") =>
      t.test(what, async () => {
        gate.assertPassed(await show(await shown, await sent, { path }), path);
        logged.push("passed");
      });
    const refuses = (what, code, shown, sent, { status = 401, ...request } = {}) =>
      t.test(`${code}: ${what}`, async () => {
        const answer = await show(shown, sent, request);
        assert.equal(answer.status, status);
        assert.deepEqual(answer.body, { code });
        assert.equal(answer.headers["content-type"].split(";")[0], "application/json");
        assert.equal(answer.headers["cache-control"], "no-store");
        if (status === 401) assert.equal(answer.headers["www-authenticate"], "Bearer");
        logged.push(code);
      });

    const mine = await nonce();
    const others = await nonce();
    assert.notEqual(mine, others);
    const genuine = token({ nonce: mine });

    await passes("a genuine token", genuine, mine);
    await passes("the same again: it is a pass, not a ticket", genuine, mine, "/paid/other");
    await passes("a registration of half a day ago, nearly", token({ nonce: mine, age: 12 * HOUR - 5 * MINUTE }), mine);
    await passes("a clock half a minute slow", token({ nonce: mine, age: -30 }), mine);
    await passes("the next container, with its nonce", token({ nonce: others }), others);

    await refuses("no token", "token_empty", undefined, mine);
    await refuses("an empty one", "token_empty", "", mine);
    await refuses("5,000 characters", "token_too_long", genuine.padEnd(5000, "A"), mine);
    await refuses("cut in two", "segment_count", genuine.slice(0, genuine.lastIndexOf(".")), mine);
    await refuses("another claim", "signature_invalid", withClaims(genuine, { iat: 1_795_255_200 }), mine);
    await refuses("one bit of the signature", "signature_invalid", withTurnedBit(genuine), mine);
    await refuses("nobody's key", "signature_invalid", forged({ nonce: mine }), mine);
    await refuses("alg none", "algorithm_not_ps256", withHeader(genuine, { alg: "none", typ: "JWT" }), mine);
    await refuses("another key version", "key_version_unknown", token({ nonce: mine, publicKeyVersion: 2 }), mine);

    const elsewhere = token({ nonce: mine, productCode: "container0000000000000002" });
    await refuses("another product", "product_code_mismatch", elsewhere, mine, { status: 403 });

    await refuses("a token for another nonce", "nonce_mismatch", genuine, others);
    await refuses("a token without one", "nonce_missing", token({}), mine);
    const invented = inventedLike(mine);
    await refuses("a nonce that the gate never gave", "nonce_unknown", token({ nonce: invented }), invented);
    await refuses("no nonce", "nonce_unknown", genuine, undefined);
    await refuses("a long nonce", "nonce_unknown", genuine, "n".repeat(300));
    await refuses("a nonce that is not ASCII", "nonce_unknown", genuine, "\u00e9".repeat(mine.length));

    await refuses("13 hours ago", "registration_too_old", token({ nonce: mine, age: 13 * HOUR }), mine);
    await refuses("some time", "registration_too_old", token({ nonce: mine, age: null }), mine);
    await refuses("in an hour", "issued_in_future", token({ nonce: mine, age: -HOUR }), mine);

    await refuses("nonces are not read", "nonce_unknown", undefined, undefined, { path: "/nonce" });
    await refuses("other methods are no way round", "token_empty", undefined, mine, { method: "PUT" });

    await passes("a genuine token after all this", genuine, mine);
    await more({ gate, passes, refuses, genuine, nonce: mine });

    await t.test("the log has the codes in order, and nothing of a token or a nonce", async () => {
      const lines = await gate.lines(logged.length);
      assert.deepEqual(
        lines,
        logged.map((code) => JSON.stringify({ gate: code })),
      );
      const output = gate.output();
      assert.ok(secrets.length > 40);
      for (const secret of secrets) assert.ok(!output.includes(secret.slice(0, 24)));
    });
  });
}

/** A nonce of the gate's form that it has not given. */
function inventedLike(nonce) {
  return randomUUID() + nonce.slice(36);
}

/** The gate behind an HTTP server, as `startServer` answers it. */
export function overHttp(server) {
  return {
    async ask({ method, path, headers }) {
      const response = await fetch(server.origin + path, { method, headers });
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: text === "" ? null : JSON.parse(text),
      };
    },
    assertPassed({ status, body }, path) {
      assert.equal(status, 200);
      assert.deepEqual(body, { paid: path });
    },
    lines: (count) => server.heard((text) => atLeast(count, gateLines(text))),
    output: server.output,
    stop: server.stop,
  };
}

/** The lines that a gate logged, among whatever else its engine wrote. */
export function gateLines(text) {
  return text.match(/^\{"gate":.*\}$/gm) ?? [];
}

/** The items once there are enough of them. */
export function atLeast(count, items) {
  return items.length >= count ? items : undefined;
}
