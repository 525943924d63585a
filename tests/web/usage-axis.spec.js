// The time axis: zoomed by keys, buttons, wheel, drag and fingers; its marks reached and described; thousands of them.
import { expect, test } from "./support/fixtures.js";
import { body, paste, record, selected } from "./support/usage.js";

const AT = (time) => `2026-11-21T${time}Z`;
const shown = (page) => page.locator(".steering span").last();
const zoom = (page) => page.getByRole("group", { name: "Zoom" });
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label"));

const RECORDS = [
  record({ Timestamp: AT("02:00:00") }), record({ Timestamp: AT("05:00:00"), Quantity: 6 }), record({ Timestamp: AT("08:00:00"), Quantity: 7 }),
  record({ Timestamp: AT("05:30:00"), Dimension: "gigabytes", Quantity: -8 }), record({ Timestamp: AT("08:00:00"), Dimension: "gigabytes", Quantity: 9 }),
];

test("arrow keys walk the marks, each is described, Enter shows the record in the text", async ({ open }) => {
  const page = await paste(open, body(...RECORDS));
  await page.locator("svg.timeline [data-record]").first().focus();
  const said = [await focused(page)];
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "Home", "ArrowUp", "End"]) {
    await page.keyboard.press(key);
    said.push(await focused(page));
  }
  const words = (index, state = "Held back by an error of the request") =>
    `Record ${index}: ${RECORDS[index].Quantity} ${RECORDS[index].Dimension}, ${RECORDS[index].Timestamp.replace("T", " ").replace("Z", " UTC")}. ${state}.`;
  expect(said.map((line) => line.replace(/ [A-Z][^.]*\.$/, ""))).toEqual([0, 1, 2, 2, 4, 3, 1, 2].map((index) => words(index).replace(/ [A-Z][^.]*\.$/, "")));
  expect(said[5]).toBe(words(3, "Rejected"));
  await expect(page.locator(".readout")).toHaveText(said.at(-1));
  await page.keyboard.press("Enter");
  expect(JSON.parse(await selected(page))).toEqual(RECORDS[2]);
  await expect(page.locator("#usage-text")).toBeFocused();
});

test("keys and buttons zoom and move; 0 shows the window again; the focus stays on its mark", async ({ open }) => {
  const page = await paste(open, body(...RECORDS));
  await expect(shown(page)).toHaveText("");
  await page.locator('svg.timeline [data-record="1"]').focus();
  const mark = await focused(page);
  for (let step = 0; step < 6; step += 1) await page.keyboard.press("+");
  await expect(shown(page)).toHaveText(/^shown: 2026-11-21 0[345]:\d\d UTC to 2026-11-21 0[56]:\d\d UTC$/);
  expect(await focused(page)).toBe(mark);
  const near = await shown(page).textContent();
  await page.keyboard.press("Shift+ArrowRight");
  await expect(shown(page)).not.toHaveText(near);
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(shown(page)).toHaveText(near);
  // The next mark lies outside: the axis follows.
  await page.keyboard.press("ArrowRight");
  await expect(shown(page)).not.toHaveText(near);
  expect(await focused(page)).toContain("Record 2:");
  await page.keyboard.press("0");
  await expect(shown(page)).toHaveText("");

  await zoom(page).getByRole("button", { name: "Zoom in" }).click();
  await expect(shown(page)).toHaveText(/^shown: /);
  await zoom(page).getByRole("button", { name: "Earlier" }).click();
  await zoom(page).getByRole("button", { name: "Later" }).click();
  await zoom(page).getByRole("button", { name: "Zoom out" }).click();
  await expect(shown(page)).toHaveText("");
  await zoom(page).getByRole("button", { name: "Zoom in" }).click();
  // What was zoomed to stays while the text changes. The drawing comes with the next frame.
  await expect(shown(page)).toHaveText(/^shown: /);
  const before = await shown(page).textContent();
  await page.locator("#usage-text").fill(body(...RECORDS.slice(0, 3)));
  await expect(page.locator("svg.timeline [data-record]")).toHaveCount(3);
  await expect(shown(page)).toHaveText(before);
  await zoom(page).getByRole("button", { name: "0: whole window" }).click();
  await expect(shown(page)).toHaveText("");
});

test("the wheel zooms with Ctrl, and alone once the drawing has the focus; a drag moves", async ({ open }) => {
  const page = await paste(open, body(...RECORDS));
  const frame = page.locator(".timeline-frame");
  await frame.scrollIntoViewIfNeeded();
  await frame.hover();
  const scrolled = () => page.evaluate(() => scrollY);
  const before = await scrolled();
  await page.mouse.wheel(0, 40);
  await expect.poll(scrolled).not.toBe(before);
  await expect(shown(page)).toHaveText("");
  await frame.hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -240);
  await page.keyboard.up("Control");
  await expect(shown(page)).toHaveText(/^shown: /);
  const near = await shown(page).textContent();
  const box = await frame.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(shown(page)).not.toHaveText(near);
  const moved = await shown(page).textContent();
  await page.mouse.wheel(0, -120);
  await expect(shown(page)).not.toHaveText(moved);
});

test("two fingers zoom", async ({ open }) => {
  const page = await paste(open, body(...RECORDS), { hasTouch: true });
  const frame = page.locator(".timeline-frame");
  await frame.scrollIntoViewIfNeeded();
  const box = await frame.boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...xs) => session.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + box.height / 2, id })) });
  await touch("touchStart", 500);
  await touch("touchStart", 500, 600);
  for (let step = 1; step <= 5; step += 1) await touch("touchMove", 500 - 30 * step, 600 + 30 * step);
  await touch("touchEnd");
  await expect(shown(page)).toHaveText(/^shown: /);
});

test("thousands of records: one mark for those in one place, all of them in the table", async ({ open }) => {
  const many = Array.from({ length: 4000 }, (_, index) => record({ Dimension: `d${index % 4}`, Quantity: index % 100 === 7 ? -1 : 1, Timestamp: new Date(Date.parse(AT("09:00:00")) - index * 20_000).toISOString() }));
  const page = await paste(open, JSON.stringify(many));
  await expect(page.locator("svg.timeline")).toHaveAttribute("aria-label", /^4,000 records on the time axis: /);
  const marks = await page.locator("svg.timeline [data-record]").count();
  expect(marks).toBeGreaterThan(500);
  expect(marks).toBeLessThan(4000);
  const counted = await page.locator("svg.timeline [data-record]").evaluateAll((all) => all.reduce((sum, mark) => sum + Number(mark.querySelector(".many")?.textContent ?? 1), 0));
  expect(counted).toBe(4000);
  await page.locator("#usage-drawing").getByText("The same as a table").click();
  await expect(page.locator("#usage-drawing tbody tr")).toHaveCount(500);
  await page.getByRole("button", { name: "Show 500 of 3500 more" }).click();
  await expect(page.locator("#usage-drawing tbody tr")).toHaveCount(1000);
  await expect(page.locator("#usage-drawing tbody tr").nth(500)).toBeFocused();
});

test("records far away: at the edge first, on the axis once it is zoomed out", async ({ open }) => {
  const page = await paste(open, body(record(), record({ Dimension: "old", Timestamp: "2026-11-01T00:00:00Z" })));
  const old = page.locator('svg.timeline [data-record="1"]');
  await expect(old.locator("text")).toHaveText("«");
  for (let step = 0; step < 9; step += 1) await zoom(page).getByRole("button", { name: "Zoom out" }).click();
  await expect(old.locator("text")).toHaveCount(0);
  await expect(shown(page)).toHaveText(/^shown: 2026-10-3\d .* UTC to 2026-11-22 .* UTC$/);
});
