// The token view through its fields: paste, read the verdict, follow the remedy.
import { constants, createHash, generateKeyPairSync, sign } from "node:crypto";
import { expect, shownChecks, test, tokenSample } from "./support/fixtures.js";

const PRODUCT = "container0000000000000001";
const NONCE = "5f0e0c3e-7a44-4f0c-9a07-1d5b7a3c2e10";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
const PEM = publicKey.export({ type: "spki", format: "pem" });
const FINGERPRINT = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("hex");

const claims = (changes = {}) => ({ productCode: PRODUCT, publicKeyVersion: 1, nonce: NONCE, iat: 1_795_255_200, ...changes });

function token(payload = claims(), header = { alg: "PS256", typ: "JWT" }) {
  const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const input = `${part(header)}.${part(payload)}`;
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

/** Fills the fields; a nonce of null is "not sent", OPEN leaves the choice open. */
const OPEN = Symbol("open");

async function paste(page, { text = token(), key = PEM, product = PRODUCT, nonce = NONCE, version = "1", now = "2026-11-21T10:00:30Z" }) {
  await page.locator("#token-text").fill(text);
  await page.locator("#token-key").fill(key);
  await page.locator("#token-product").fill(product);
  await page.locator("#token-version").fill(version);
  await page.locator("#token-now").fill(now);
  if (nonce === null) await page.getByLabel("Not sent").check();
  else if (nonce !== OPEN) await page.locator("#token-nonce").fill(nonce);
}

const title = (page) => page.locator("#token-results .verdict h3");
const check = (page, name) => page.locator(`#token-results [data-check="${name}"]`);

test("a whole response verifies, and every check says so", async ({ open }) => {
  const page = await open();
  await paste(page, { text: JSON.stringify({ PublicKeyRotationTimestamp: 1_795_000_000, Signature: token(), ResponseMetadata: {} }) });
  await expect(title(page)).toHaveText("Verified");
  const shown = await shownChecks(page);
  expect(Object.keys(shown)).toEqual([
    "length", "wrapper", "segments", "encoding", "header", "algorithm", "type", "critical", "payload", "claims", "key", "signature",
    "product_code", "nonce", "issued_at",
  ]);
  expect(new Set(Object.values(shown))).toEqual(new Set(["Pass"]));
  await expect(page.locator("#token-key-facts")).toContainText("RSA, 3072 bits; trusted as version 1");
  await expect(page.locator("#token-key-facts .fingerprint")).toHaveText(FINGERPRINT);
  await page.getByText("Header as JSON").click();
  await expect(page.locator("#token-results pre").first()).toHaveText('{\n  "alg": "PS256",\n  "typ": "JWT"\n}');
  await expect(page.locator("#token-results")).toContainText("2026-11-21 10:00:00 UTC, 30 seconds before the moment of judging");
  await expect(page.locator("#token-results")).toContainText("2026-11-18 11:06:40 UTC: this key version expired then; ship the new one");
});

test("a token alone is decoded at once, and the missing inputs are named", async ({ open }) => {
  const page = await open();
  await page.locator("#token-text").fill(token());
  await expect(title(page)).toHaveText("Not judged yet");
  await expect(page.locator("#token-results .verdict p")).toHaveText(
    "Still needed: the public key; the product code; the choice of nonce: exactly one, or not sent.");
  expect(await shownChecks(page)).toMatchObject({ segments: "Pass", claims: "Pass", key: "Waiting", signature: "Waiting", product_code: "Waiting", nonce: "Waiting" });
  await expect(page.locator("#token-results")).toContainText(NONCE);
  await expect(page.locator("#token-results")).toContainText("not proven: the token is not verified");
});

test("a failure that needs no key is final without one", async ({ open }) => {
  const page = await open();
  await page.locator("#token-text").fill(token(claims(), { alg: "RS256", typ: "JWT" }));
  await expect(title(page)).toHaveText("Refused: Algorithm is PS256");
});

test("another nonce: expected, found and remedy", async ({ open }) => {
  const page = await open();
  await paste(page, { text: token(claims({ nonce: "of-an-earlier-start" })) });
  await expect(title(page)).toHaveText("Refused: Nonce");
  expect(await shownChecks(page)).toMatchObject({ signature: "Pass", product_code: "Pass", nonce: "Fail", issued_at: "Pass" });
  await expect(check(page, "nonce").locator(".code")).toHaveText("nonce_mismatch");
  await expect(check(page, "nonce").locator("dd")).toHaveText([`"${NONCE}"`, '"of-an-earlier-start"']);
  await expect(check(page, "nonce").locator(".remedy")).toContainText("What to do: ");
});

test("the nonce has to be chosen, and not sent means not sent", async ({ open }) => {
  const page = await open();
  await paste(page, { nonce: OPEN });
  await expect(title(page)).toHaveText("Not judged yet");
  await page.getByLabel("Not sent").check();
  await expect(title(page)).toHaveText("Refused: Nonce");
  await expect(check(page, "nonce").locator(".code")).toHaveText("nonce_unexpected");
  await page.locator("#token-nonce").fill(NONCE);
  await expect(title(page)).toHaveText("Verified");
  await expect(page.getByLabel("Exactly this nonce")).toBeChecked();
});

const REFUSED = {
  "a changed payload": [{ text: token().replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(claims({ iat: 1 }))).toString("base64url")}.`) }, "signature", "signature_invalid"],
  "another key version": [{ version: "2" }, "key", "key_version_unknown"],
  "another product": [{ product: "someoneelsesproduct000001" }, "product_code", "product_code_mismatch"],
  "a token from the future": [{ now: "2026-11-21T09:00:00Z" }, "issued_at", "issued_in_future"],
  "two segments": [{ text: token().split(".").slice(0, 2).join(".") }, "segments", "segment_count"],
  "a duplicate claim": [{ text: token(JSON.stringify(claims()).replace("{", '{"nonce":"x",')) }, "payload", "payload_duplicate_name"],
  "a crit header": [{ text: token(claims(), { alg: "PS256", typ: "JWT", crit: ["x"] }) }, "critical", "critical_header"],
};
for (const [name, [fields, failing, code]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async ({ open }) => {
    const page = await open();
    await paste(page, fields);
    await expect(check(page, failing).locator(".state")).toHaveText("Fail");
    await expect(check(page, failing).locator(".code")).toHaveText(code);
    await expect(title(page)).toHaveText(/^Refused: /);
  });
}

test("white space around a token is refused, and one button mends it", async ({ open }) => {
  const page = await open();
  await paste(page, { text: `${token()}\n` });
  await expect(title(page)).toHaveText(/^Refused: /);
  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(title(page)).toHaveText("Verified");
  await expect(page.locator("#token-trim")).toBeHidden();
});

test("PascalCase claims verify with a note", async ({ open }) => {
  const page = await open();
  await paste(page, { text: token({ ProductCode: PRODUCT, PublicKeyVersion: 1, Nonce: NONCE }) });
  await expect(title(page)).toHaveText("Verified");
  await expect(page.locator("#token-results .notice.info")).toHaveText([/^the claims are in PascalCase/, "the token has no iat: its age is unknown"]);
});

test("a key that cannot be used says why, and nothing else is lost", async ({ open }) => {
  const page = await open();
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "pem" });
  await paste(page, { key: small });
  await expect(page.locator("#token-key-facts .field-error")).toContainText("1024");
  await expect(page.locator("#token-key")).toHaveAttribute("aria-invalid", "true");
  await expect.poll(() => shownChecks(page)).toMatchObject({ key: "Waiting", signature: "Waiting", product_code: "Pass", nonce: "Pass" });
  await page.locator("#token-key").fill(privateKey.export({ type: "pkcs8", format: "pem" }));
  await expect(page.locator("#token-key-facts .field-error")).toContainText("private");
  await page.locator("#token-key").fill(JSON.stringify(publicKey.export({ format: "jwk" })));
  await expect(title(page)).toHaveText("Verified");
});

test("no verdict stays while the moment to judge by cannot be read", async ({ open }) => {
  const page = await open();
  await page.locator("#token-sample-good").click();
  await expect(title(page)).toHaveText("Verified");
  await page.locator("#token-now").fill("yesterday");
  await page.locator("#token-text").fill("another text");
  await expect(page.locator("#token-results")).toHaveText('Not judgedMend the field "Judge as of" first.');
  await expect(page.locator("#token-status")).toHaveText('Not judged: Mend the field "Judge as of" first.');
  await page.locator("#token-now").fill("");
  await expect(title(page)).toHaveText("Refused: Three segments");
});

test("fields with wrong values say what to write", async ({ open }) => {
  const page = await open();
  await paste(page, { product: "no spaces allowed", version: "0", now: "yesterday" });
  await expect(page.locator("#token-version-error")).toHaveText("A whole number from 1 to 4294967295.");
  await expect(page.locator("#token-now-error")).toHaveText("Write the date, the time and the offset, such as 2026-12-01T05:59:00Z.");
  await page.locator("#token-now").fill("");
  await expect(page.locator("#token-product-error")).toHaveText(
    "ProductCode holds ' ' as character 3; AWS takes only A-Z a-z 0-9 - / = : _ . @.");
});

test("markup in a claim stays text", async ({ open }) => {
  const page = await open();
  const nonce = "<img src=x onerror=alert(1)><script>window.ran=1</script>";
  await paste(page, { text: token(claims({ nonce })), nonce });
  await expect(title(page)).toHaveText("Verified");
  expect(await page.evaluate(() => [window.ran, document.querySelectorAll("main img, main script").length])).toEqual([undefined, 0]);
});

test("samples: one verifies, three are refused for three reasons; clear empties all", async ({ open }) => {
  const page = await open();
  await tokenSample(page, "good");
  const key = await page.locator("#token-key").inputValue();
  const reasons = [];
  for (let click = 0; click < 3; click += 1) {
    const before = await page.locator("#token-text").inputValue();
    await page.locator("#token-sample-bad").click();
    await expect(page.locator("#token-text")).not.toHaveValue(before);
    await expect(title(page)).toHaveText(/^Refused: /);
    reasons.push(await title(page).textContent());
  }
  expect(reasons).toEqual(["Refused: Nonce", "Refused: Signature", "Refused: Algorithm is PS256"]);
  await page.getByRole("button", { name: "Clear" }).click();
  for (const id of ["text", "key", "product", "nonce", "now"]) await expect(page.locator(`#token-${id}`)).toHaveValue("");
  await expect(page.locator("#token-results .empty")).toBeVisible();
  await page.reload();
  await tokenSample(page, "good");
  expect(await page.locator("#token-key").inputValue()).not.toBe(key);
});
