// The token's three parts linked to what they say; why a signature fails; several key versions; a key that is published.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { axe, expect, test } from "./support/fixtures.js";

// jwt.io's demo key, whose private half it prints beside it.
const PUBLISHED = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40RQzuVaE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC+9aGVd+Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmwIDAQAB\n-----END PUBLIC KEY-----\n";
const PRODUCT = "container0000000000000001";
const [ONE, TWO] = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 3072 }));
const pem = ({ publicKey }) => publicKey.export({ type: "spki", format: "pem" });
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const CLAIMS = { productCode: PRODUCT, publicKeyVersion: 1, nonce: "naïve 𝄞", iat: 1_795_255_200 };

function token({ key = ONE, claims = {}, hash = "sha256", ...how } = {}) {
  const input = `${part({ alg: "PS256", typ: "JWT" })}.${part({ ...CLAIMS, ...claims })}`;
  const options = { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32, ...how };
  return `${input}.${sign(hash, Buffer.from(input), options).toString("base64url")}`;
}

async function paste(page, text, key = pem(ONE)) {
  await page.locator("#token-key").fill(key);
  await page.locator("#token-product").fill(PRODUCT);
  await page.locator("#token-now").fill("2026-11-21T10:00:30Z");
  await page.locator("#token-nonce").fill(CLAIMS.nonce);
  await page.locator("#token-text").fill(text);
}

const title = (page) => page.locator("#token-results .verdict h3");
const claim = (page, name) => page.locator(".claims li", { has: page.getByRole("button", { name, exact: true }) });
/** The characters of the token that are marked, decoded. */
const marked = (page) => page.evaluate(() => {
  const on = document.querySelector(".part .on");
  if (on === null) return null;
  const part = on.closest(".part");
  const before = document.createRange();
  before.setStart(part, 0);
  before.setEndBefore(on);
  const from = String(before).length;
  const binary = atob(part.textContent.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return { part: part.dataset.part, text: new TextDecoder().decode(bytes.slice(Math.floor((from * 3) / 4), Math.ceil(((from + on.textContent.length) * 3) / 4))) };
});

test("three parts with their fields, read as lists", async ({ open }) => {
  const page = await open();
  await paste(page, token());
  await expect(title(page)).toHaveText("Verified");
  const lists = await page.locator("#token-results .claims").evaluateAll((all) => all.map((list) => [
    list.getAttribute("aria-label"),
    ...[...list.children].map((item) => [".claim-name", ".claim-value", ".claim-means", ".claim-state"].map((name) => item.querySelector(name)?.textContent)),
  ]));
  expect(lists).toEqual([
    ["Header", ["alg", '"PS256"', "RSASSA-PSS with SHA-256 is the only one taken.", "its check passes"], ["typ", '"JWT"', "What this is: a JWT.", "its check passes"]],
    ["Claims",
      ["productCode", `"${PRODUCT}"`, "The product it was issued for.", "its check passes"],
      ["publicKeyVersion", "1", "The version of the key that signs it.", "its check passes"],
      ["nonce", '"naïve 𝄞"', "What the container sent: the one guard against replay.", "its check passes"],
      ["iat", "1795255200", "2026-11-21 10:00:00 UTC, 30 seconds before the moment of judging", "its check passes"]],
    ["Signature", ["bytes", "384", "3072 bits, by key version 1.", "its check passes"]],
  ]);
  await expect(page.locator(".token-text")).toHaveAttribute("aria-hidden", "true");
  expect(await page.locator(".token-text").textContent()).toBe(await page.locator("#token-text").inputValue());
});

test("keyboard and mouse mark the same characters; a press keeps the mark", async ({ open }) => {
  const page = await open();
  await paste(page, token());
  await expect(title(page)).toHaveText("Verified");
  await page.getByRole("button", { name: "publicKeyVersion", exact: true }).focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "nonce", exact: true })).toBeFocused();
  const nonce = await marked(page);
  expect(nonce.part).toBe("payload");
  expect(nonce.text).toContain('"nonce":"naïve 𝄞"');
  await expect(claim(page, "nonce")).toHaveClass("on");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "nonce", exact: true })).toHaveAttribute("aria-pressed", "true");
  await page.locator("#token-product").focus();
  expect(await marked(page)).toEqual(nonce);

  await claim(page, "alg").hover();
  expect((await marked(page)).text).toContain('"alg":"PS256"');
  await page.locator('.part.payload [data-link="payload-3"]').hover();
  await expect(claim(page, "iat")).toHaveClass("on");
  await page.locator(".part.signature [data-link]").hover({ position: { x: 5, y: 30 } });
  await expect(claim(page, "bytes")).toHaveClass("on");
  await page.locator("#token-title").hover();
  expect(await marked(page)).toEqual(nonce);
  await page.getByRole("button", { name: "nonce", exact: true }).click();
  await page.locator("#token-product").focus();
  await page.locator("#token-title").hover();
  expect(await marked(page)).toBeNull();
});

const [head, body, signature] = token().split(".");
const CAUSES = {
  "another text": [[head, token({ claims: { iat: 1_795_255_201 } }).split(".")[1], signature].join("."), "text_changed"],
  "another key": [token({ key: TWO }), "unknown_key"],
  "RS256 in disguise": [token({ padding: constants.RSA_PKCS1_PADDING, saltLength: undefined }), "rs256_in_disguise"],
  "a salt of 20 bytes": [token({ saltLength: 20 }), "other_salt_length"],
  "SHA-512": [token({ hash: "sha512" }), "other_pss_hash"],
  "cut off": [`${head}.${body}.${signature.slice(0, 400)}`, "truncated"],
};
for (const [name, [text, code]] of Object.entries(CAUSES)) {
  test(`why the signature fails, never as acceptance: ${name}`, async ({ open }) => {
    const page = await open();
    await paste(page, text);
    await expect(title(page)).toHaveText("Refused: Signature");
    const causes = page.locator("#token-results .cause");
    await expect(causes).toHaveCount(1);
    await expect(causes).toHaveAttribute("data-cause", code);
    await expect(causes.locator(".check-name")).not.toHaveText(code);
    await expect(causes.locator(".remedy")).toContainText("What to do: ");
    await expect(page.getByRole("region", { name: "Why the signature fails" })).toContainText("a diagnosis: the token stays refused");
    // What is written in the token agrees, and is not proven.
    await expect(claim(page, "productCode").locator(".claim-state")).toHaveText("agrees, but is not proven");
  });
}

test("several key versions: the token's is used; another that signed it is named", async ({ open }) => {
  const page = await open();
  await paste(page, token({ key: TWO, claims: { publicKeyVersion: 2 } }));
  await expect(title(page)).toHaveText("Refused: Public key version is trusted");
  await page.locator("#token-add-key").click();
  await expect(page.locator("#token-key-2")).toBeFocused();
  await expect(page.locator("#token-version-2")).toHaveValue("2");
  await page.locator("#token-key-2").fill(pem(TWO));
  await expect(title(page)).toHaveText("Verified");
  await expect(page.locator("#token-key-facts-2")).toContainText("RSA, 3072 bits; trusted as version 2");

  await page.locator("#token-text").fill(token({ key: TWO }));
  await expect(title(page)).toHaveText("Refused: Signature");
  await expect(page.locator(".cause")).toHaveAttribute("data-cause", "signed_by_other_key");

  await page.locator("#token-version-2").fill("1");
  await expect(page.locator("#token-version-error-2")).toHaveText("Version 1 stands above already.");
  await page.locator("#token-clear").click();
  await expect(page.locator("#token-key-2")).toHaveCount(0);
});

test("a version is removed by its own button, by mouse and by keyboard; the verdict, the link and the other rows follow", async ({ open }) => {
  const page = await open();
  await paste(page, token({ key: TWO, claims: { publicKeyVersion: 3 } }));
  for (const number of [2, 3, 4]) {
    await page.locator("#token-add-key").click();
    await expect(page.locator(`#token-key-${number}`)).toBeFocused();
  }
  await page.locator("#token-key-3").fill(pem(TWO));
  await expect(title(page)).toHaveText("Verified");
  await expect(page.getByRole("button", { name: /^Remove version/ })).toHaveText(["Remove version 2", "Remove version 3", "Remove version 4"]);
  expect(await axe(page)).toEqual([]);

  // The rows that stay keep what they hold; the focus goes to the one that moves up.
  await page.getByRole("button", { name: "Remove version 2" }).click();
  await expect(page.locator("#token-key-3")).toBeFocused();
  await expect(page.locator("#token-key-3")).toHaveValue(pem(TWO));
  await expect(title(page)).toHaveText("Verified");
  await page.locator("#token-version-4").fill("9");
  await expect(page.getByRole("button", { name: /^Remove version/ })).toHaveText(["Remove version 3", "Remove version 9"]);

  // By keyboard: behind the row's key stands its button.
  await page.locator("#token-key-4").focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Remove version 9" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#token-key-3")).toBeFocused();
  await expect(page.locator("#token-key-4")).toHaveCount(0);

  await page.locator("#token-add-key").click();
  await expect(page.locator("#token-key-4")).toBeFocused();
  await expect(page.locator("#token-key-4")).toHaveValue("");
  await page.getByRole("button", { name: "Remove version 4" }).click();
  await page.getByRole("button", { name: "Remove version 3" }).press("Space");
  await expect(page.locator("#token-key")).toBeFocused();
  await expect(title(page)).toHaveText("Refused: Public key version is trusted");
  await expect(page.getByRole("button", { name: /^Remove version/ })).toHaveCount(0);
  await page.locator("#share-button").click();
  await expect(page.locator("#share-link")).not.toHaveValue(/versions/);
});

test("with all ten versions there is no room for another, and one removed makes room", async ({ open }) => {
  const page = await open();
  const adder = page.locator("#token-add-key");
  for (let number = 2; number <= 10; number += 1) await adder.click();
  await expect(adder).toBeHidden();
  await page.getByRole("button", { name: "Remove version 10" }).click();
  await expect(adder).toBeVisible();
  await expect(page.locator("#token-key-9")).toBeFocused();
});

test("a published key is called what it is", async ({ open }) => {
  const page = await open();
  await paste(page, token(), PUBLISHED);
  await expect(page.locator("#token-key-facts .danger")).toHaveText("A demo key. Its private half is public, so anybody can sign with it.");
  await expect(page.locator("#token-key-facts .code")).toHaveText("key_is_published");
  await expect(page.locator("#token-key-facts .field-error")).toContainText("jwt.io");
  await expect(title(page)).toHaveText("Not judged yet");
});

test("a leeway decides what lies in the future", async ({ open }) => {
  const page = await open();
  await paste(page, token());
  await page.locator("#token-now").fill("2026-11-21T09:58:30Z");
  await expect(title(page)).toHaveText("Refused: Time of issue");
  await page.locator("#token-leeway").fill("90");
  await expect(title(page)).toHaveText("Verified");
  await page.locator("#token-leeway").fill("-1");
  await expect(page.locator("#token-leeway-error")).toHaveText("Whole seconds from 0 to 86400.");
  await expect(page.locator("#token-results")).toHaveText('Not judgedMend the field "Leeway" first.');
});
