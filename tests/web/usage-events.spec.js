// Usage events in the usage view: the record inside by AWS's rules, the time by the ledger's.
import { axe, expect, test } from "./support/fixtures.js";
import { LICENSE, paste, selected, title, violation } from "./support/usage.js";

const event = (id, time, changes = {}) => ({ EventId: id, Timestamp: time, ...LICENSE, Dimension: "users", Quantity: 5, ...changes });
const drop = async (page, text) => {
  const held = await page.evaluateHandle((value) => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", value);
    return transfer;
  }, text);
  await page.dispatchEvent("main", "drop", { dataTransfer: held });
};

test("a message with an event that AWS would call too old is accepted, and told where it counts", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-now").fill("2026-11-21T10:00:00Z");
  await drop(page, JSON.stringify({ Messages: [{ MessageId: "m", Body: JSON.stringify(event("e1", "2026-11-20T04:00:00Z")) }] }));
  await expect(page.locator("#recognised p").first()).toHaveText("Read: 1 SQS message. Its body: a usage event.");
  await expect(title(page)).toHaveText("Accepted, with 1 warning");
  await expect(page.locator("#usage-results .verdict p")).toHaveText([
    "Read as one usage event, 1 event.",
    "The ledger takes events that are up to 47 hours old, and adds them up by the hour; one with an error goes to the rejects queue.",
  ]);
  await expect(violation(page, "carried").locator(".violation-message")).toHaveText(
    "The usage of this hour can no longer reach AWS in time: the ledger counts the event in a later hour, or refuses it where it is set to refuse late events.");
  await expect(page.locator("#usage-results")).not.toContainText("too old");
  await expect(page.locator("#usage-results")).not.toContainText("ignores");
  await expect(page.locator("#usage-status")).toHaveText("Accepted, with 1 warning.");
  await expect(page.locator('svg.timeline [data-state="warning"]')).toHaveCount(1);
  await expect(page.locator("#usage-batches")).toBeEmpty();
  await violation(page, "carried").getByRole("button", { name: "Line 1, column 29" }).click();
  expect(await selected(page)).toBe('"2026-11-20T04:00:00Z"');
  expect(await axe(page)).toEqual([]);
});

test("events of several messages stand in one array; a fix, and a mark on the axis, lead to the right one", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-now").fill("2026-11-21T10:00:00Z");
  const bodies = [event("e1", "2026-11-19T10:59:00Z"), event("e2", "2026-11-21T09:00:00Z"), event("e3", "2026-11-21T09:30:00Z", { Quantity: "5" })].map((one) => JSON.stringify(one));
  await drop(page, JSON.stringify({ Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body })) }));
  await expect(page.locator("#recognised p").first()).toHaveText("Read: 3 SQS messages. Their events are below.");
  await expect(page.locator("#usage-text")).toHaveValue(`[\n${bodies.join(",\n")}\n]`);
  await expect(title(page)).toHaveText("Rejected: 2 errors");
  await expect(page.locator("#usage-results .verdict p").first()).toHaveText("Read as an array of usage events, 3 events.");
  await expect(violation(page, "event_too_old").locator(".violation-message")).toHaveText(
    "The event is more than 47 h old: the ledger no longer knows whether it was counted, so compare with the ledger first.");
  await expect(violation(page, "event_too_old").locator("dd")).toHaveText(["2026-11-19T10:59:00Z", "2026-11-19T11:00:00.000Z or later", "/0/Timestamp"]);
  await expect(page.locator("#usage-results .violation")).toHaveCount(2);
  await page.locator("#usage-results .fix-offer .apply").click();
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator("#usage-text")).toHaveValue(`[\n${bodies.join(",\n").replace('"Quantity":"5"', '"Quantity":5')}\n]`);
  await expect(page.locator('svg.timeline [data-mark][data-state="accepted"]')).toHaveCount(2);
});

test("a CloudEvent is typed, and judged where it stands", async ({ open }) => {
  const { EventId, Timestamp, ...data } = event("e1", "2026-11-20T04:00:00Z", { Quantity: -5 });
  const page = await paste(open, JSON.stringify({ specversion: "1.0", id: EventId, source: "/api", type: "usage", time: Timestamp, data }, null, 2));
  await expect(title(page)).toHaveText("Rejected: 1 error, 1 warning");
  await expect(violation(page, "quantity_negative").locator("dd").last()).toHaveText("/data/Quantity");
  await expect(violation(page, "carried").locator("dd").last()).toHaveText("/time");
  await violation(page, "quantity_negative").locator(".place").click();
  expect(await selected(page)).toBe("-5");
});

test("a file of events: the same words for their time", async ({ open }) => {
  const page = await open({ hash: "#usage" });
  await page.locator("#usage-now").fill("2026-11-21T10:00:00Z");
  await drop(page, ["2026-11-21T09:00:00Z", "2026-11-20T04:00:00Z", "2026-11-19T10:00:00Z"].map((time, index) => JSON.stringify(event(`e${index}`, time))).join("\n"));
  await expect(page.locator("#usage-file .verdict h3")).toHaveText("Rejected: 1 error in 3 records in 3 lines");
  expect(await page.locator("#usage-file .finding").evaluateAll((all) => all.map(({ dataset }) => dataset.code))).toEqual(["event_too_old", "carried"]);
  await page.locator('#usage-file .finding[data-code="carried"] summary').click();
  await page.locator('#usage-file .finding[data-code="carried"] .place').click();
  await expect(title(page)).toHaveText("Accepted, with 1 warning");
});
