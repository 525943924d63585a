// Anything pasted, dropped or opened anywhere on the page reaches the view it belongs to, with one line on what it is.
import { expect, test } from "./support/fixtures.js";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const TOKEN = `${part({ alg: "PS256", typ: "JWT" })}.${part({ productCode: "container0000000000000001", publicKeyVersion: 1, nonce: "n" })}.${Buffer.alloc(384, 7).toString("base64url")}`;
const RECORD = { Timestamp: "2026-11-21T10:00:00Z", CustomerAWSAccountId: "111122223333", Dimension: "users", Quantity: 3 };
const BODY = JSON.stringify({ ProductCode: "saas00000000000000000001a", UsageRecords: [RECORD] });

/** Pastes with the keyboard, into whatever has the focus. */
async function paste(page, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press("Control+V");
}

/** Drops a file, or a text where there is no name, on an element. */
async function drop(page, { name, text, on = "main" }) {
  const held = await page.evaluateHandle(([file, value]) => {
    const transfer = new DataTransfer();
    if (file) transfer.items.add(new File([value], file));
    else transfer.setData("text/plain", value);
    return transfer;
  }, [name, text]);
  await page.dispatchEvent(on, "dragover", { dataTransfer: held });
  await expect(page.locator("#drop")).toBeVisible();
  await page.dispatchEvent(on, "drop", { dataTransfer: held });
  await expect(page.locator("#drop")).toBeHidden();
}

const line = (page) => page.locator("#recognised p").first();

test("a token pasted on the usage view opens the token view; a request pasted there opens the usage view", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await paste(page, TOKEN);
  await expect(page.locator("#token")).toBeVisible();
  await expect(page.locator("#token-text")).toHaveValue(TOKEN);
  await expect(line(page)).toHaveText("Read: A token. Its parts, claims and checks are below.");
  await expect(page.locator("#status")).toHaveText("A token. Its parts, claims and checks are below.");

  await page.locator("h2:visible").click();
  await paste(page, BODY);
  await expect(page.locator("#usage")).toBeVisible();
  await expect(page.locator("#usage-text")).toHaveValue(BODY);
  await expect(line(page)).toHaveText("Read: A BatchMeterUsage request with 1 record.");
  await page.goBack();
  await expect(page.locator("#token")).toBeVisible();
  await page.getByRole("button", { name: "Close this note" }).click();
  await expect(page.locator("#recognised")).toBeHidden();
});

test("a rejects-queue message pasted into the token's field goes to the usage view, with its reason", async ({ open }) => {
  const page = await open();
  await page.locator("#token-text").focus();
  const reason = "0 events accepted; not accepted: /Quantity: quantity_negative (write 0 or more)";
  await paste(page, JSON.stringify({ Messages: [{
    MessageId: "m", Body: BODY, MessageAttributes: { MeterproofCode: { StringValue: "quantity_negative" }, MeterproofReason: { StringValue: reason } },
  }] }));
  await expect(page.locator("#usage-text")).toHaveValue(BODY);
  await expect(line(page)).toHaveText("Read: A message of the rejects queue: quantity_negative. Its body: a BatchMeterUsage request with 1 record.");
  await expect(page.locator("#recognised .reason")).toHaveText(`quantity_negative ${reason}`);
  await expect(page.locator("#token-text")).toHaveValue("");
});

test("fields keep what belongs in them", async ({ open }) => {
  const page = await open();
  await page.locator("#token-nonce").focus();
  await paste(page, TOKEN);
  await expect(page.locator("#token-nonce")).toHaveValue(TOKEN);
  await page.locator("#token-text").focus();
  await paste(page, TOKEN);
  await expect(page.locator("#token-text")).toHaveValue(TOKEN);
  await page.locator("#token-text").press("End");
  await paste(page, BODY);
  await expect(page.locator("#token-text")).toHaveValue(TOKEN + BODY);
  await expect(page.locator("#recognised")).toBeHidden();
  await page.locator("#token-text").fill("");
  await paste(page, `Signature: ${TOKEN}\n`);
  await expect(page.locator("#token-text")).toHaveValue(JSON.stringify({ Signature: TOKEN }, null, 2));
});

test("a key goes into the first free key field, then into a new one", async ({ open }) => {
  const page = await open();
  const key = (n) => JSON.stringify({ kty: "RSA", n, e: "AQAB" });
  await paste(page, key("AQ"));
  await expect(page.locator("#token-key")).toHaveValue(key("AQ"));
  await page.locator("h2:visible").click();
  await paste(page, key("Ag"));
  await expect(page.locator("#token-key-2")).toHaveValue(key("Ag"));
  await expect(page.locator("#token-version-2")).toHaveValue("2");
});

test("an error of RegisterUsage leads to its row", async ({ open }) => {
  const page = await open();
  await paste(page, "botocore.errorfactory.InvalidRegionException: An error occurred (InvalidRegionException) when calling the RegisterUsage operation");
  const row = page.getByRole("row", { name: /^InvalidRegionException/ });
  await expect(row).toBeFocused();
  await expect(row).toHaveClass(/chosen/);
  await expect(row.getByRole("cell")).toHaveText([/^The call went to another region/, /^Name no region in the code/, "final"]);
  await expect(page.locator(".errors").getByRole("row")).toHaveCount(9);
});

test("files and texts are dropped anywhere; a file can be opened by keyboard", async ({ open }) => {
  const page = await open();
  await drop(page, { name: "request.json", text: BODY });
  await expect(page.locator("#usage-text")).toHaveValue(BODY);
  await drop(page, { text: TOKEN });
  await expect(page.locator("#token-text")).toHaveValue(TOKEN);
  await drop(page, { name: "notes.txt", text: "hello" });
  await expect(line(page)).toHaveText(/^Not recognised\./);
  await expect(page.locator("#token-text")).toHaveValue(TOKEN);

  const chooser = page.waitForEvent("filechooser");
  await page.locator("#open-button").focus();
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({ name: "event.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify({ Records: [{ messageId: "m", body: BODY }] })) });
  await expect(line(page)).toHaveText("Read: 1 SQS message. Its body: a BatchMeterUsage request with 1 record.");
  await expect(page.locator("#usage-text")).toHaveValue(BODY);
});

test("messages of several products are judged line by line, as they were written", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  const twice = BODY.replace('"Quantity":3', '"Quantity":3,"Quantity":4').replace("saas00000000000000000001a", "saas00000000000000000002b");
  await drop(page, { text: JSON.stringify({ Records: [BODY, twice].map((body) => ({ messageId: "m", body })) }) });
  await expect(line(page)).toHaveText("Read: 2 SQS messages. Their bodies do not fit one request: each is judged as it is, one a line.");
  await expect(page.locator('#usage-file .finding[data-code="json_duplicate_name"]')).toHaveCount(1);
});
