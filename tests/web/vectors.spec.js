// The shared vectors, judged by the package as the page loads it: the same data as natively and in Node.
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "./support/fixtures.js";

const folder = new URL("../vectors/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const TOKEN_FILES = readdirSync(new URL("tokens/", folder)).filter((name) => name.endsWith(".json"));

/** A usage document's text: a string, or pieces to join; `[text, count]` repeats, with § for the repetition's number. */
const joined = (document) => typeof document === "string" ? document : document.map((piece) =>
  typeof piece === "string" ? piece : Array.from({ length: piece[1] }, (_, at) => piece[0].replaceAll("§", String(at))).join("")).join("");

const usageCases = () => read("usage.json").cases.map((one) => ({ ...one, document: joined(one.document) }));

/** Runs in the page: outcomes of a list of token cases, from `verify` and from `diagnose`. */
async function judgeTokens({ keys, cases }) {
  const { createVerifier } = await import("./meterproof/index.js");
  return cases.map((one) => {
    const verifier = createVerifier({
      productCode: one.productCode,
      keys: Object.fromEntries(Object.entries(one.keys).map(([version, name]) => [version, keys[name]])),
      leewaySeconds: one.leewaySeconds,
      maxTokenLength: one.maxTokenLength,
    });
    const given = one.token ?? Uint8Array.from(atob(one.tokenBase64), (char) => char.charCodeAt(0));
    const options = { nonce: one.nonce, now: one.now * 1000 };
    const diagnosis = verifier.diagnose(given, options);
    const seen = { verdict: diagnosis.verdict, firstFailure: diagnosis.checks.find(({ status }) => status === "fail")?.code ?? null };
    try {
      const { productCode, publicKeyVersion, nonce, issuedAt } = verifier.verify(given, options);
      return { ...seen, code: null, registration: { productCode, publicKeyVersion, nonce, issuedAt: issuedAt && issuedAt.getTime() / 1000 } };
    } catch (error) {
      return { ...seen, code: error.code, registration: null };
    }
  });
}

test("there are token files", () => expect(TOKEN_FILES.length).toBeGreaterThanOrEqual(2));

for (const name of TOKEN_FILES) {
  test(`tokens: ${name}`, async ({ open }) => {
    const { keys, cases } = read(`tokens/${name}`);
    const page = await open();
    const outcomes = await page.evaluate(judgeTokens, { keys, cases });
    const expected = cases.map(({ name: title, expect: { code, registration } }) => ({
      title,
      verdict: code ? "refused" : "verified",
      code: code ?? null,
      firstFailure: code ?? null,
      registration: registration ? { productCode: registration.productCode, publicKeyVersion: registration.publicKeyVersion, nonce: registration.nonce ?? null } : null,
    }));
    const found = outcomes.map(({ registration, ...seen }, index) => ({
      title: cases[index].name, ...seen,
      registration: registration && { productCode: registration.productCode, publicKeyVersion: registration.publicKeyVersion, nonce: registration.nonce },
    }));
    expect(found).toEqual(expected);
  });
}

test("usage documents", async ({ open }) => {
  const cases = usageCases();
  const page = await open();
  const outcomes = await page.evaluate(async (all) => {
    const { validate } = await import("./meterproof/index.js");
    return all.map(({ document, rules, dimensions, now }) => {
      const report = validate(document, { rules, dimensions, now: new Date(now) });
      return { ...report, texts: report.violations.map(({ start, end }) => document.slice(start, end)) };
    });
  }, cases);
  cases.forEach(({ name, expect: wanted }, index) => {
    const { verdict, kind, recordCount, violations, records } = outcomes[index];
    expect({ name, verdict, kind, recordCount, valid: records.map((record) => record.index) })
      .toEqual({ name, verdict: wanted.verdict, kind: wanted.kind, recordCount: wanted.recordCount, valid: wanted.valid });
    expect({ name, found: violations.map(({ code, pointer, severity }) => [code, pointer, severity]) })
      .toEqual({ name, found: wanted.violations.map(([code, pointer, severity]) => [code, pointer, severity]) });
    // Where a vector names the offending text, the place in the document holds exactly it.
    wanted.violations.forEach(([, , , text], at) => {
      if (text !== undefined) expect({ name, text: outcomes[index].texts[at] }).toEqual({ name, text });
    });
  });
  expect(cases.length).toBeGreaterThan(100);
});

test("a selection of tokens through the fields: the same verdicts", async ({ open }) => {
  const page = await open();
  for (const name of TOKEN_FILES) {
    const { keys, cases } = read(`tokens/${name}`);
    // A text field cannot hold every byte: control characters and carriage returns are left to the test above.
    const typed = cases.filter((one) => one.token !== undefined && one.token !== "" && Object.keys(one.keys).length === 1 && !one.leewaySeconds && !one.maxTokenLength
      && one.token.length < 5000 && !/[\r\u0000]/.test(one.token));
    for (const one of typed.filter((_, index) => index % 12 === 0)) {
      const [[version, key]] = Object.entries(one.keys);
      await page.locator("#token-clear").click();
      await page.locator("#token-key").fill(keys[key]);
      await page.locator("#token-version").fill(version);
      await page.locator("#token-product").fill(one.productCode);
      await page.locator("#token-now").fill(new Date(one.now * 1000).toISOString());
      if (one.nonce === null) await page.getByLabel("Not sent").check();
      else await page.locator("#token-nonce").fill(one.nonce);
      await page.locator("#token-text").fill(one.token);
      const title = page.locator("#token-results .verdict h3");
      await expect(title, one.name).toHaveText(one.expect.code ? /^Refused: / : "Verified");
      if (one.expect.code) await expect(page.locator("#token-results .check.fail .code").first(), one.name).toHaveText(one.expect.code);
    }
  }
});

test("a selection of usage documents through the fields: the same verdicts at the same places", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  const editions = { undefined: "current" };
  const typed = usageCases().filter(({ document }) => document.length < 20_000 && document.trim() !== "" && !/[\r\u0000]/.test(document));
  for (const { name, document, rules, dimensions, now, expect: wanted } of typed.filter((_, index) => index % 5 === 0)) {
    await page.locator("#usage-clear").click();
    await page.locator("#usage-rules").selectOption(editions[rules] ?? rules);
    await page.locator("#usage-dimensions").fill((dimensions ?? []).join(", "));
    await page.locator("#usage-now").fill(now);
    await page.locator("#usage-text").fill(document);
    await expect(page.locator("#usage-results .verdict h3"), name).toHaveText(wanted.verdict === "accepted" ? /^Accepted/ : /^Rejected/);
    await expect.poll(() => page.locator("#usage-results .violation").evaluateAll((items) => items.map((item) => item.dataset.code).sort()), { message: name })
      .toEqual(wanted.violations.map(([code]) => code).sort().slice(0, 25));
  }
});
