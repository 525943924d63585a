// Safe fixes: seen before they are applied, applied one by one or together, taken back. And the way from violation to violation.
import { axe, expect, test } from "./support/fixtures.js";
import { body, paste, record, selected, title, violation } from "./support/usage.js";

const area = (page) => page.locator("#usage-text");

test("a fix shows before and after, changes its place alone, and is taken back", async ({ open }) => {
  const text = body(record({ Quantity: 17, CustomerAWSAccountId: " 444455556666" })).replace("17", "17.0");
  const page = await paste(open, text);
  await expect(title(page)).toHaveText("Rejected: 2 errors");
  const offer = violation(page, "quantity_fraction").locator(".fix-offer");
  await expect(offer.locator("del")).toHaveText("before 17.0");
  await expect(offer.locator("ins")).toHaveText("after 17");
  await expect(area(page)).toHaveValue(text);
  await offer.getByRole("button", { name: "Apply" }).click();
  await expect(area(page)).toHaveValue(text.replace("17.0", "17"));
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(page.locator("#status")).toHaveText("Fixed in line 8: the same number, as AWS takes it. Rejected: 1 error.");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(area(page)).toHaveValue(text);
  await expect(title(page)).toHaveText("Rejected: 2 errors");
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
});

test("all fixes are listed before they are applied together; the browser's own undo takes them back, too", async ({ open }) => {
  const wrong = [
    record({ Quantity: "7" }), record({ Dimension: "b", Quantity: 1.5 }), record({ Dimension: "c", Timestamp: 1795248000000 }),
    record({ Dimension: "d", CustomerAWSAccountId: "4444-5555-6666" }), record({ Dimension: "e" }), record({ Dimension: "e" }),
  ];
  const text = body(...wrong);
  const page = await paste(open, text);
  await expect(title(page)).toHaveText("Rejected: 4 errors, 1 warning");
  const panel = page.getByRole("region", { name: "Safe fixes" });
  await panel.locator("summary").click();
  await expect(panel.locator("li")).toHaveText([
    'Line 8. The same number, as AWS takes it:before "7"→after 7',
    "Line 21. Milliseconds as seconds: 2026-11-21T08:00:00.000Z:before 1795248000000→after 1795248000",
    'Line 25. The same digits without hyphens:before "4444-5555-6666"→after "444455556666"',
    /^Line 38\. The second of two equal records left out: AWS bills them once:before , \{ "Customer.* → ?after nothing$|^Line 38\. The second of two equal records left out.*after nothing$/,
  ]);
  await panel.getByRole("button", { name: "Apply all 4" }).click();
  const right = [
    record({ Quantity: 7 }), record({ Dimension: "b", Quantity: 1.5 }), record({ Dimension: "c", Timestamp: 1795248000 }),
    record({ Dimension: "d" }), record({ Dimension: "e" }),
  ];
  await expect(area(page)).toHaveValue(body(...right));
  await expect(title(page)).toHaveText("Rejected: 1 error");
  await expect(panel).toHaveText("4 fixes applied. Undo");
  await area(page).focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(area(page)).toHaveValue(text);
  await expect(title(page)).toHaveText("Rejected: 4 errors, 1 warning");
});

test("what could mean two things has no fix", async ({ open }) => {
  const page = await paste(open, body(record({ Timestamp: "2026-11-21T08:00:00" }), record({ Quantity: -5 }), record({ Timestamp: undefined, Dimension: "b" })));
  await expect(title(page)).toHaveText("Rejected: 3 errors");
  await expect(page.locator(".fix-offer")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Safe fixes" })).toHaveCount(0);
});

test("an edit of one's own ends the undo of a fix", async ({ open }) => {
  const page = await paste(open, body(record({ Quantity: "7" })));
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await area(page).focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" ");
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
});

test("F8 and the buttons go from violation to violation, around the end and back", async ({ open }) => {
  const page = await paste(open, body(record({ Quantity: -1 }), record({ Dimension: "b", Quantity: -22 }), record({ Dimension: "c", Quantity: -333 })));
  const current = page.locator('#usage-results [aria-current="true"] .place');
  const steps = page.getByRole("group", { name: "Violations one by one" });
  await area(page).focus();
  for (const [key, value, place, count] of [
    ["F8", "-1", "Line 8, column 19", "1 of 3"], ["F8", "-22", "Line 15, column 19", "2 of 3"], ["F8", "-333", "Line 22, column 19", "3 of 3"],
    ["F8", "-1", "Line 8, column 19", "1 of 3"], ["Shift+F8", "-333", "Line 22, column 19", "3 of 3"],
  ]) {
    await page.keyboard.press(key);
    expect(await selected(page)).toBe(value);
    await expect(current).toHaveText(place);
    await expect(steps.locator(".count")).toHaveText(count);
    await expect(page.locator(".caret-line")).toHaveText(`${place}Quantity ${value} is negative; AWS takes 0 or more, usage cannot be taken back.`);
  }
  await steps.getByRole("button", { name: "Previous" }).click();
  expect(await selected(page)).toBe("-22");
  await area(page).evaluate((element) => element.setSelectionRange(2, 2));
  await area(page).press("ArrowRight");
  await expect(page.locator(".caret-line")).toHaveText("Line 2, column 2");
});

for (const look of [{ colorScheme: "light" }, { colorScheme: "dark", viewport: { width: 320, height: 700 } }]) {
  test(`fixes open and applied: axe finds nothing, ${look.colorScheme}`, async ({ open }) => {
    const page = await paste(open, body(record({ Quantity: "7" }), record({ Dimension: "b", CustomerAWSAccountId: " 444455556666" }), record({ Dimension: "b" })), look);
    await page.locator(".fixes summary").click();
    await area(page).press("F8");
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Apply", exact: true }).first().click();
    await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
}
