// The page's main states, driven in one browser: the same outcomes everywhere.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { expect } from "@playwright/test";
import { fillAndWait, focusOn, wide } from "./in-page.js";

const PRODUCT = "container0000000000000001";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });

function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ alg: "PS256", typ: "JWT" })}.${part({ productCode: PRODUCT, publicKeyVersion: 1, nonce: "n", iat: 1_795_255_200, ...claims })}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }).toString("base64url")}`;
}

const FIELDS = {
  "token-key": publicKey.export({ type: "spki", format: "pem" }), "token-product": PRODUCT, "token-nonce": "n", "token-now": "2026-11-21T10:00:30Z",
};
const GOOD = token();
const CHANGED = [GOOD.split(".")[0], token({ iat: 1_795_255_201 }).split(".")[1], GOOD.split(".")[2]].join(".");
const usage = (quantity) => JSON.stringify({ ProductCode: "saas00000000000000000001a", UsageRecords: [
  { Timestamp: "2026-11-21T08:10:00Z", CustomerAWSAccountId: "111122223333", Dimension: "users", Quantity: quantity },
  { Timestamp: "2026-11-21T09:10:00Z", CustomerAWSAccountId: "111122223333", Dimension: "users", Quantity: 4 },
] }, null, 2);

const TITLE = "#token-results .verdict h3";
const USAGE_TITLE = "#usage-results .verdict h3";

/** All states, each with its exact outcome; `look(name)` may take a picture of it. */
export async function smoke(browser, url, look = async () => {}) {
  await browser.open(url);
  await browser.run(fillAndWait, {}, "html[data-ready] #token h2", "refused");
  expect(await browser.run(wide)).toBe(0);
  await look("token-empty");

  expect(await browser.run(fillAndWait, { ...FIELDS, "token-text": GOOD }, TITLE, "^Verified$")).toBe("Verified");
  expect(await browser.run(passed)).toEqual([15, 0]);
  // The keyboard leads to a claim, and the claim to its characters.
  await browser.run(focusOn, "#token-results .block.payload .claim-name");
  await browser.key("Tab");
  expect(await browser.run(marked)).toEqual(["publicKeyVersion", '"publicKeyVersion":1']);
  await browser.key("Enter");
  expect(await browser.run(pressed)).toEqual(["publicKeyVersion"]);
  await look("token-verified");

  expect(await browser.run(fillAndWait, { "token-text": CHANGED }, TITLE, "^Refused")).toBe("Refused: Signature");
  expect(await browser.run(causes)).toEqual(["text_changed"]);
  await look("token-refused");

  await browser.run(goTo, "usage");
  expect(await browser.run(fillAndWait, { "usage-now": "2026-11-21T10:30:00Z", "usage-text": usage(3) }, USAGE_TITLE, "^Accepted")).toBe("Accepted");
  expect(await browser.run(marks)).toBe(2);
  await look("usage-accepted");
  expect(await browser.run(fillAndWait, { "usage-text": usage(-3) }, USAGE_TITLE, "^Rejected")).toBe("Rejected: 1 error");
  expect(await browser.run(codes)).toEqual(["quantity_negative"]);
  expect(await browser.run(wide)).toBe(0);
  await look("usage-rejected");

  // A fix, and back; a file in the page's own thread.
  expect(await browser.run(fillAndWait, { "usage-text": usage("3") }, "#usage-results .fix-offer ins", "after")).toBe("after 3");
  expect(await browser.run(press, "#usage-results .fix-offer .apply", "#usage-text")).toBe(usage(3));
  expect(await browser.run(press, "#usage-results .applied button", "#usage-text")).toBe(usage("3"));
  const lines = [usage(3), usage(4), usage(-5), '{"cut":'].map((line) => line.replace(/\n\s*/g, "")).join("\n");
  await browser.run(fillAndWait, { "usage-text": lines }, "#usage-results .by-line", "line by line");
  await browser.run(press, "#usage-results .by-line", "#usage-text");
  expect(await browser.run(fillAndWait, {}, "#usage-file .verdict h3", ".")).toBe("Rejected: 3 errors in 7 records in 4 lines");
  expect(await browser.run(found)).toEqual(["conflicting_records", "quantity_negative", "json_unexpected_end", "repeated_record"].sort());
  expect(await browser.run(wide)).toBe(0);
  await look("usage-file");
  expect(browser.complaints).toEqual([]);
}

// Each runs in the page by itself.
const passed = () => ["pass", "fail"].map((name) => document.querySelectorAll(`#token-results .check.${name}`).length);
const pressed = () => [...document.querySelectorAll('.claim-name[aria-pressed="true"]')].map(({ textContent }) => textContent);
const causes = () => [...document.querySelectorAll("#token-results .cause")].map(({ dataset }) => dataset.cause);
const codes = () => [...document.querySelectorAll("#usage-results .violation")].map(({ dataset }) => dataset.code);
const found = () => [...document.querySelectorAll("#usage-file .finding")].map(({ dataset }) => dataset.code).sort();
/** Presses a button; what a field holds then. */
const press = (button, field) => {
  document.querySelector(button).click();
  return document.querySelector(field).value;
};
const marks = () => document.querySelectorAll('svg.timeline [data-state="accepted"]').length;
const goTo = (view) => new Promise((resolve) => {
  window.addEventListener("viewshown", () => resolve(), { once: true });
  document.querySelector(`[data-view="${view}"]`).click();
});
/** The claim that has the focus, and what the marked characters of the token encode. */
function marked() {
  const on = document.querySelector(".part .on");
  const text = on.parentElement.textContent;
  const at = [...on.parentElement.childNodes].slice(0, [...on.parentElement.childNodes].indexOf(on)).reduce((sum, { textContent }) => sum + textContent.length, 0);
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const held = bytes.slice(Math.floor((at * 3) / 4), Math.ceil(((at + on.textContent.length) * 3) / 4));
  return [document.activeElement.textContent, /"[^"]+":[^,]+/.exec(held)?.[0]];
}
