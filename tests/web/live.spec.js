// The live view on the real parts: the emulator, the agent's binary and the page as `cargo xtask up` serves them.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { axe, expect, ready, test } from "./support/fixtures.js";
import { millionths, startFlow } from "./support/flow.js";
import { keep } from "./support/pictures.js";

test.describe.configure({ mode: "serial" });

let flow;

test.beforeAll(async () => { flow = await startFlow(); });

test.afterAll(() => flow?.end());

const live = async (open, options = {}) => {
  const page = await open({ url: flow.page, hash: "#live", ...options });
  await expect(page.locator(".live-state")).toHaveText("Live");
  return page;
};

const total = (page, name) => page.locator(`[data-total="${name}"]`);
const count = (page, state) => page.locator(`[data-count="${state}"]`);
const control = (page, name) => page.locator(`[data-control="${name}"]`);
const told = (page, words) => expect(page.locator(".live-log")).toContainText(words);
const totals = async (request) => (await request.get(`${flow.page}live/totals`)).json();

/** Every verdict of the balance, and every lane each card stood in, from here on. */
const remember = (page) => page.evaluate(() => {
  globalThis.seen = { balances: new Set(), lanes: new Map() };
  const look = () => {
    globalThis.seen.balances.add(document.querySelector("[data-balance]").dataset.balance);
    for (const card of document.querySelectorAll(".live-card")) {
      const { id } = card.dataset;
      const { lane } = card.closest("[data-lane]").dataset;
      const path = globalThis.seen.lanes.get(id) ?? [];
      if (path.at(-1) !== lane) globalThis.seen.lanes.set(id, [...path, lane]);
    }
  };
  look();
  new MutationObserver(look).observe(document.getElementById("live-results"), { subtree: true, childList: true, attributes: true, attributeFilter: ["data-balance"] });
});

const seen = (page) => page.evaluate(() => ({ balances: [...globalThis.seen.balances], paths: [...globalThis.seen.lanes.values()].map((path) => path.join(" ")) }));

const SCREENSHOTS = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));
const FAULTS = ["throttle", "internalError", "serviceUnavailable", "unprocessed", "latency", "dropBeforeCommit", "dropAfterCommit"];

test("through every fault and a crash, used is billed in the end", async ({ open, request }) => {
  const page = await live(open);
  await expect(count(page, "open")).not.toHaveText("0");
  await remember(page);
  await page.getByRole("radio", { name: "1", exact: true }).check();
  for (const kind of FAULTS) {
    await page.locator(`[data-fault="${kind}"]`).click();
    await expect(page.locator(`[data-force="${kind}"]`)).toHaveText(/1 to come, 0 struck|1 struck/);
    // The log keeps the last hundred entries: this one is gone by the time that all have struck.
    if (kind === "throttle") await told(page, "AWS answered ThrottlingException");
  }
  for (const kind of FAULTS) await expect(page.locator(`[data-force="${kind}"]`)).toHaveText("1 struck");
  await told(page, "no answer came: AWS may have the record, so the same bytes are sent again");
  await control(page, "crash").click();
  await told(page, "kill -9: the agent is gone");
  await told(page, "the agent is up again on the same ledger");

  await control(page, "flow").click();
  await expect(control(page, "flow")).toHaveText("Let usage flow");
  await expect(page.locator("[data-balance]")).toHaveText("Used = billed, to the millionth. Nothing waits.");
  const used = await total(page, "used").textContent();
  expect(used).not.toBe("0");
  await expect(total(page, "billed")).toHaveText(used);
  await expect(total(page, "waiting")).toHaveText("0");
  for (const state of ["open", "frozen", "held", "conflict"]) await expect(count(page, state)).toHaveText("0");

  // The emulator's own ledger says the same, and so do the agent's buckets.
  const ledger = await (await request.get(`${flow.emulator}/_emulator/ledger`)).json();
  const billed = ledger.entries.reduce((sum, { quantity }) => sum + millionths(quantity), 0n);
  const buckets = [];
  for (let after = ""; after !== null;) {
    const listed = await (await request.get(`${flow.agent}/v1/buckets${after}`)).json();
    buckets.push(...listed.buckets);
    after = listed.next ? `?after=${encodeURIComponent(listed.next)}` : null;
  }
  expect(new Set(buckets.map(({ state }) => state))).toEqual(new Set(["settled"]));
  const settled = buckets.reduce((sum, { quantity }) => sum + millionths(quantity), 0n);
  const shown = millionths(used.replaceAll(",", ""));
  expect({ billed, settled }).toEqual({ billed: shown, settled: shown });
  expect((await totals(request)).totals).toMatchObject({ waiting: "0", unexplained: "0" });

  const { balances, paths } = await seen(page);
  expect(balances).toEqual(["pass"]);
  expect(paths).toContain("open frozen settled");
});

test("what is held is billed once its cause is gone, and a conflict stays in sight", async ({ open, request }) => {
  const page = await live(open);
  await control(page, "flow").click();
  await expect(control(page, "flow")).toHaveText("Pause usage");
  await control(page, "customer").click();
  await expect(count(page, "held")).not.toHaveText("0");
  await told(page, "held: the customer is not subscribed");
  await control(page, "customer").click();
  await expect(control(page, "customer")).toHaveText("Unsubscribe a customer");
  await expect(count(page, "held")).toHaveText("0");

  await expect(count(page, "open")).not.toHaveText("0");
  await control(page, "conflict").click();
  await expect(count(page, "conflict")).toHaveText("1");
  await expect(page.locator('[data-lane="conflict"] .live-trouble')).toHaveText(/^here [\d,.]+, billed 1$/);
  await control(page, "flow").click();
  await expect(control(page, "flow")).toHaveText("Let usage flow");
  await expect(count(page, "open")).toHaveText("0");
  await expect(page.locator("[data-balance]")).toHaveText("Used = billed + not yet billed, to the millionth.");
  await expect(page.locator(".live-where li")).toHaveText([/ in conflict$/]);
  const { totals: sums } = await totals(request);
  expect(sums.unexplained).toBe("0");
  expect(millionths(sums.used)).toBe(millionths(sums.billed) + millionths(sums.states.conflict.waiting));
  // The next test finds usage flowing: the wish has arrived before this page is gone.
  await control(page, "flow").click();
  await expect(control(page, "flow")).toHaveText("Pause usage");
});

test("axe finds nothing: light, dark, forced colours; 320 pixels are wide enough", async ({ open }) => {
  const page = await live(open, { reducedMotion: "reduce" });
  await expect(count(page, "open")).not.toHaveText("0");
  const shoot = (look) => page.screenshot({ path: `${SCREENSHOTS}${look}-live.png`, fullPage: true });
  await shoot("light");
  await keep(page, "live-view", 1500);
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot("dark");
  await page.getByText("The buckets as a table").click();
  await expect(page.locator("#live-results tbody tr").first()).toBeVisible();
  for (const look of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }]) {
    await page.emulateMedia(look);
    expect(await axe(page)).toEqual([]);
  }
  const canvas = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const strokes = await page.locator(".live-line").evaluateAll((lines) => lines.map((line) => getComputedStyle(line).stroke));
  expect(strokes).toHaveLength(2);
  expect(strokes).not.toContain(canvas);

  await page.setViewportSize({ width: 320, height: 640 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("the keyboard alone injects a fault and takes it away", async ({ open }) => {
  const page = await live(open);
  await page.getByRole("radio", { name: "5", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "25", exact: true })).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(page.locator('[data-fault="throttle"]')).toBeFocused();
  await page.keyboard.press("Enter");
  await told(page, "fault injected: throttle for the next 25 calls");
  await control(page, "clear").focus();
  await page.keyboard.press("Enter");
  await told(page, "all faults taken away");
  await expect(page.locator('[data-force="throttle"]')).toHaveText("");
});

test("nobody watches, nothing moves; the token view does not watch", async ({ open, request }) => {
  const page = await live(open);
  await page.getByRole("link", { name: "Token" }).click();
  await expect(page.locator("#token")).toBeVisible();
  await expect.poll(async () => {
    const [one, other] = [await totals(request), await totals(request)];
    return one.totals.events === other.totals.events && Date.parse(other.now) - Date.parse(one.now) < 10_000;
  }).toBe(true);
  await page.getByRole("link", { name: "Live" }).click();
  await expect(page.locator(".live-state")).toHaveText("Live");
  const before = (await totals(request)).totals.events;
  await expect.poll(async () => (await totals(request)).totals.events).toBeGreaterThan(before);
});

test("a lost connection is said and mended, and the end is said too", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/live/events", (route) => route.abort());
  await page.goto(`${flow.page}#live`);
  await ready(page);
  await expect(page.locator(".live-state")).toHaveText("The connection is lost. Trying again…");
  await page.unroute("**/live/events");
  await expect(page.locator(".live-state")).toHaveText("Live");
  await expect(count(page, "settled")).not.toHaveText("0");
  flow.process.kill("SIGTERM");
  const [code] = await once(flow.process, "exit");
  expect(code).toBe(0);
  await expect(page.locator(".live-state")).toHaveText("cargo xtask up has ended. Start it again, and this view comes back.");
  await context.close();
});

test("a page served by anything else has no live view and asks for none", async ({ open }) => {
  const page = await open();
  await expect(page.getByRole("link", { name: "Live" })).toBeHidden();
});
