// The usage view through its fields: violations at their place, the drawing, the requests.
import { expect, test, usageSample } from "./support/fixtures.js";
import { LICENSE, body, paste, record, selected, title, violation } from "./support/usage.js";

test("every violation at its place: list, gutter, mark, excerpt and selection agree", async ({ open }) => {
  const text = body(record({ Quantity: -1 }), record({ Timestamp: "2026-11-19T08:00:00Z" }));
  const page = await paste(open, text);
  await expect(title(page)).toHaveText("Rejected: 2 errors");
  const places = page.locator("#usage-results .place");
  await expect(places).toHaveText(["Line 8, column 19", "Line 14, column 20"]);
  await expect(page.locator(".editor-gutter .error")).toHaveText(["8", "14"]);
  await expect(page.locator(".editor-backdrop mark")).toHaveText(["-1", '"2026-11-19T08:00:00Z"']);
  await expect(page.locator(".excerpt").first()).toHaveText('8 │ "Quantity": -1\n                ^^');
  await places.nth(1).click();
  expect(await selected(page)).toBe('"2026-11-19T08:00:00Z"');
  await expect(page.locator("#usage-text")).toBeFocused();
  await expect(page.locator("#usage-results .violation").nth(1)).toContainText("/UsageRecords/1/Timestamp");
  await expect(page.locator("#usage-results .violation").nth(1)).toContainText("Source: ");
});

test("text that is no JSON is marked where it stops being JSON", async ({ open }) => {
  const page = await paste(open, '{"UsageRecords": [\n  {"Dimension": users}\n]}');
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator("#usage-results .place")).toHaveText("Line 2, column 17");
  await page.locator("#usage-text").fill('{"UsageRecords": [');
  await expect(page.locator("#usage-results .place")).toHaveText("Line 1, column 19");
  await page.locator("#usage-results .place").click();
  await expect(page.locator("#usage-text")).toBeFocused();
});

test("places count characters as the text area does, also past emoji", async ({ open }) => {
  const page = await paste(open, body(record({ Dimension: "🧾🧾", Quantity: -7 })));
  await violation(page, await page.locator("#usage-results .violation").last().getAttribute("data-code")).locator(".place").click();
  expect(await selected(page)).toBe("-7");
});

test("the edition decides", async ({ open }) => {
  const text = body(record({ CustomerAWSAccountId: undefined, LicenseArn: undefined, CustomerIdentifier: "ifAPi5AcF3", Timestamp: "2026-11-21T02:00:00Z" }))
    .replace("{", '{\n  "ProductCode": "saaslegacy000000000000001",');
  const page = await paste(open, text);
  await expect(title(page)).toHaveText(/^Accepted/);
  await page.locator("#usage-rules").selectOption("2024");
  await expect(title(page)).toHaveText(/^Rejected: 1 error/);
  await page.locator("#usage-rules").selectOption("2019");
  await expect(title(page)).toHaveText(/^Rejected: 1 error/);
});

test("dimensions that the product does not have", async ({ open }) => {
  const page = await paste(open, body(record(), record({ Dimension: "gigabytes" })), { dimensions: "users, requests" });
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator("#usage-results .violation")).toContainText("gigabytes");
  await expect(page.locator("#usage-batches")).toContainText("Not sent, because of errors: record 1.");
});

test("the month end: open until 06:00 UTC on the 1st, drawn as a line", async ({ open }) => {
  const text = body(record({ Timestamp: "2026-11-30T22:00:00Z" }));
  const page = await paste(open, text, { now: "2026-12-01T05:59:59Z" });
  await expect(title(page)).toHaveText("Accepted");
  await expect(page.locator("svg.timeline .month-label")).toHaveText(["Nov ends", "Nov closes"]);
  await page.locator("#usage-now").fill("2026-12-01T06:00:00Z");
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator('svg.timeline [data-state="rejected"]')).toHaveCount(1);
  await expect(page.locator("#usage-drawing")).toContainText("accepted: 2026-12-01 00:00 UTC to 2026-12-01 06:05 UTC");
});

test("no verdict, drawing or request stays while the moment to judge by cannot be read", async ({ open }) => {
  const page = await paste(open, body(record()));
  await expect(title(page)).toHaveText("Accepted");
  await page.locator("#usage-now").fill("yesterday");
  await page.locator("#usage-text").fill("{");
  await expect(page.locator("#usage-results")).toHaveText('Not judgedMend the field "Judge as of" first.');
  await expect(page.locator("#usage-drawing svg")).toHaveCount(0);
  await expect(page.locator("#usage-batches")).toHaveText("");
  await page.locator("#usage-now").fill("2026-12-01T06:00:00Z");
  await expect(title(page)).toHaveText("Rejected: 1 error");
});

test("drawing and table show the same records in the same states", async ({ open }) => {
  const page = await paste(open, body(
    record(),
    record(),
    record({ Quantity: 6 }),
    record({ Timestamp: "2026-11-19T08:00:00Z", Dimension: "gigabytes" }),
    record({ Timestamp: "2026-11-21T09:00:00Z", Dimension: "requests" }),
    record({ Timestamp: "soon" }),
  ));
  const drawing = page.locator("#usage-drawing");
  const states = await drawing.locator("svg.timeline [data-state]").evaluateAll((marks) => marks.map((mark) => mark.dataset.state).sort());
  expect(states).toEqual(["accepted", "accepted", "conflict", "rejected", "repeated"]);
  await drawing.getByText("The same as a table").click();
  await expect(drawing.locator("tbody tr")).toHaveCount(5);
  await expect(drawing.locator("tbody tr td:nth-child(5)")).toHaveText([
    "Accepted", "Equal to another: sent once", "Conflict: same hour, other quantity", "Rejected", "Accepted",
  ]);
  await expect(drawing).toContainText("1 record without a readable time is not drawn.");
  await expect(drawing.locator("svg.timeline .row-label")).toHaveText(["users", "gigabytes", "requests"]);
  await expect(drawing.locator("svg.timeline")).toHaveAttribute("aria-label", /^5 records on the time axis: 2 accepted; 1 equal to another: sent once; /);
});

test("the drawing is as wide as its place, from the first time on", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  const sizes = () => page.locator("svg.timeline").evaluate((picture) => ({
    unit: picture.getBoundingClientRect().width / picture.viewBox.baseVal.width, room: picture.parentElement.clientWidth - picture.clientWidth,
  }));
  await usageSample(page, "good");
  const first = await sizes();
  expect(first.unit).toBeCloseTo(1, 2);
  expect(first.room).toBeLessThan(40);
  await page.setViewportSize({ width: 500, height: 800 });
  await expect.poll(async () => Math.round((await sizes()).unit * 100)).toBe(100);
});

test("requests of at most 25 records, repeats once, conflicts named", async ({ open }) => {
  const many = Array.from({ length: 20 }, (_, index) => record({ Dimension: `dimension${index}` }));
  const more = Array.from({ length: 10 }, (_, index) => record({ Dimension: `dimension${index}`, Timestamp: "2026-11-21T07:00:00Z" }));
  const page = await paste(open, JSON.stringify([...many, ...more, many[0], { ...many[1], Quantity: 9 }]));
  const batches = page.locator("#usage-batches");
  await expect(batches.locator(".batch")).toHaveCount(2);
  await expect(batches.locator(".batch-facts").first()).toContainText("25 records (0 to 24)");
  await expect(batches.locator(".batch-facts").last()).toContainText("5 records (25 to 29)");
  await expect(batches).toContainText("Sent once: record 30 equals record 0.");
  await expect(batches).toContainText("Not sent, because another record of the same customer, dimension and hour is: record 31.");
  await batches.getByText("Request body").first().click();
  const sent = JSON.parse(await batches.locator("pre").first().textContent());
  expect(sent.UsageRecords).toHaveLength(25);
  expect(sent.ProductCode).toBeUndefined();
  expect(sent.UsageRecords[0]).toMatchObject({ Dimension: "dimension0", Quantity: 5, LicenseArn: LICENSE.LicenseArn });
});

test("a bare record takes the product code of the field", async ({ open }) => {
  const bare = JSON.stringify(record({ CustomerAWSAccountId: undefined, LicenseArn: undefined, CustomerIdentifier: "ifAPi5AcF3" }));
  const page = await paste(open, bare, { product: "saaslegacy000000000000001" });
  await expect(page.locator("#usage-batches")).toContainText("by product code and customer identifier, product saaslegacy000000000000001");
  await page.locator("#usage-product").fill("not a code");
  await expect(page.locator("#usage-product-error")).toHaveText(
    "ProductCode holds ' ' as character 4; AWS takes only A-Z a-z 0-9 - / = : _ . @.");
  await expect(title(page)).toHaveText("Not judged");
});

test("a MeterUsage body is judged by its own rules", async ({ open }) => {
  const text = JSON.stringify({ ProductCode: "container0000000000000001", Timestamp: "2026-11-21T03:00:00Z", UsageDimension: "pods", UsageQuantity: 3 });
  const page = await paste(open, text);
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator("#usage-results .verdict")).toContainText("Read as a MeterUsage body, 1 record.");
  await expect(page.locator("#usage-batches")).toContainText("A MeterUsage body is one call of its own");
});

test("hundreds of violations: the first ones, then all", async ({ open }) => {
  const page = await paste(open, JSON.stringify(Array.from({ length: 60 }, (_, index) => record({ Quantity: -1 - index }))));
  await expect(page.locator("#usage-results .violation")).toHaveCount(25);
  await page.getByRole("button", { name: /^Show \d+ more$/ }).click();
  expect(await page.locator("#usage-results .violation").count()).toBeGreaterThanOrEqual(60);
});

test("a text that is too long is not judged, and the page stays usable", async ({ open }) => {
  // The browser lays out eight million characters, which takes it many seconds.
  test.slow();
  const page = await paste(open, `["${"x".repeat(8 * 1024 * 1024)}"]`);
  await expect(title(page)).toHaveText("Not judged");
  await expect(page.locator("#usage-results .verdict")).toContainText("8388608");
  await page.locator("#usage-text").fill(body(record()));
  await expect(title(page)).toHaveText("Accepted");
});

test("samples: one is accepted, one has mistakes of many kinds; clear empties all", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await usageSample(page, "good");
  await expect(page.locator('svg.timeline [data-state="accepted"]')).not.toHaveCount(0);
  await expect(page.locator("#usage-batches .batch")).toHaveCount(1);
  await usageSample(page, "bad");
  const codes = await page.locator("#usage-results .violation").evaluateAll((items) => items.map((item) => item.dataset.code));
  expect(new Set(codes).size).toBeGreaterThanOrEqual(5);
  await page.locator("#usage").getByRole("button", { name: "Clear" }).click();
  await expect(page.locator("#usage-text")).toHaveValue("");
  await expect(page.locator("#usage-results .empty")).toBeVisible();
  await expect(page.locator("#usage-drawing")).toBeHidden();
});
