// The live view on the real flow, driven in one browser: disturbed by keys and clicks, and billed to the millionth in the end.
import { expect } from "@playwright/test";
import { millionths } from "../support/flow.js";
import { fillAndWait, focusOn, wide } from "./in-page.js";

/** Leaves the flow running as it found it; `look(name)` may take a picture. */
export async function live(browser, flow, look = async () => {}) {
  const until = (selector, pattern) => browser.run(fillAndWait, {}, selector, pattern);
  const told = (words) => until(".live-log", words);
  await browser.open(`${flow.page}#live`);
  expect(await until(".live-state", "^Live$")).toBe("Live");
  await until('[data-count="open"]', "^[1-9]");
  await until('[data-count="settled"]', "^[1-9]");
  expect(await browser.run(wide)).toBe(0);
  await look("live");

  // A fault by keys alone: of one call, then in force.
  await browser.run(press, '[name="live-count"][value="1"]');
  await browser.run(focusOn, '[name="live-count"][value="1"]');
  await browser.key("Tab");
  expect(await browser.run(focused)).toBe("throttle");
  await browser.key("Enter");
  await until('[data-force="throttle"]', "^1 struck$");
  await told("AWS answered ThrottlingException");
  await browser.run(press, '[data-fault="dropAfterCommit"]');
  await until('[data-force="dropAfterCommit"]', "^1 struck$");
  await told("no answer came: AWS may have the record, so the same bytes are sent again");
  await browser.run(press, '[data-control="crash"]');
  await told("the agent is up again on the same ledger");

  await browser.run(press, '[data-control="flow"]');
  await until('[data-control="flow"]', "^Let usage flow$");
  await until("[data-balance]", "^Used = billed, to the millionth\\. Nothing waits\\.$");
  const [used, billed, waiting] = await browser.run(totals);
  expect([billed, waiting]).toEqual([used, "0"]);
  expect(used).not.toBe("0");
  const { entries } = await (await fetch(`${flow.emulator}/_emulator/ledger`)).json();
  expect(entries.reduce((sum, { quantity }) => sum + millionths(quantity), 0n)).toBe(millionths(used.replaceAll(",", "")));
  await browser.run(press, ".live-table summary");
  await until(".live-table tbody tr", "^Settled");
  await look("live-billed");

  await browser.run(press, '[data-control="clear"]');
  await browser.run(press, '[data-control="flow"]');
  await until('[data-control="flow"]', "^Pause usage$");
  // Away from the flow before it ends.
  await browser.open("about:blank");
  expect(browser.complaints).toEqual([]);
}

// Each runs in the page by itself.
const press = (selector) => document.querySelector(selector).click();
const focused = () => document.activeElement.dataset.fault;
const totals = () => ["used", "billed", "waiting"].map((name) => document.querySelector(`[data-total="${name}"]`).textContent);
