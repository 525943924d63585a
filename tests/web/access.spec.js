// Keyboard, screen readers, narrow windows, forced colours, reduced motion.
import { axe, expect, test, tokenSample, usageSample } from "./support/fixtures.js";

const STATES = {
  "token, empty": async () => {},
  "token, waiting": async (page) => {
    await tokenSample(page, "good");
    await page.locator("#token-product").fill("");
    await expect(page.locator("#token-results .verdict h3")).toHaveText("Not judged yet");
  },
  "token, verified": (page) => tokenSample(page, "good"),
  "token, refused": (page) => tokenSample(page, "bad"),
  "token, a changed one with its causes, errors unfolded": async (page) => {
    await tokenSample(page, "bad");
    const before = await page.locator("#token-text").inputValue();
    await page.locator("#token-sample-bad").click();
    await expect(page.locator("#token-text")).not.toHaveValue(before);
    await expect(page.locator("#token-results .cause")).toHaveCount(1);
    await page.getByText("What RegisterUsage's errors mean").click();
    for (const summary of await page.locator("#token-results summary").all()) await summary.click();
    await page.getByRole("button", { name: "nonce", exact: true }).click();
  },
  "token, a private key, two versions, the link to share": async (page) => {
    await page.locator("#token-key").fill("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
    await page.locator("#token-add-key").click();
    await page.locator("#share-button").click();
    await expect(page.locator("#share-link")).toBeVisible();
  },
  "usage, a message of the rejects queue": async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify({ Messages: [{
      MessageId: "m", Body: "[{}]", MessageAttributes: { MeterproofCode: { StringValue: "missing_member" }, MeterproofReason: { StringValue: "0 records accepted" } },
    }] }));
    await page.keyboard.press("Control+V");
    await expect(page.locator("#recognised .reason")).toHaveText("missing_member 0 records accepted");
  },
  "token, wrong fields": async (page) => {
    await page.locator("#token-key").fill("no key");
    await page.locator("#token-version").fill("0");
    await page.locator("#token-now").fill("yesterday");
    await page.locator("#token-text").fill(" a.b.c ");
    await expect(page.locator("#token-key-facts .field-error")).toBeVisible();
  },
  "usage, empty": (page) => usage(page),
  "usage, accepted": async (page) => {
    await usage(page);
    await usageSample(page, "good");
    for (const summary of await page.locator("#usage summary").all()) await summary.click();
  },
  "usage, rejected": async (page) => {
    await usage(page);
    await usageSample(page, "bad");
    for (const summary of await page.locator("#usage summary").all()) await summary.click();
  },
  "usage, no JSON": async (page) => {
    await usage(page);
    await page.locator("#usage-text").fill('{"UsageRecords": [');
    await expect(page.locator("#usage-results .verdict h3")).toHaveText("Rejected: 1 error");
  },
};

const usage = (page) => page.getByRole("link", { name: "Usage" }).click();

for (const colorScheme of ["light", "dark"]) {
  for (const [name, enter] of Object.entries(STATES)) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async ({ open }) => {
      const page = await open({ colorScheme, reducedMotion: "reduce" });
      await enter(page);
      expect(await axe(page)).toEqual([]);
    });
  }
}

for (const name of ["token, a changed one with its causes, errors unfolded", "usage, rejected"]) {
  test(`axe finds nothing with more contrast: ${name}`, async ({ open }) => {
    const page = await open({ contrast: "more", reducedMotion: "reduce" });
    await STATES[name](page);
    expect(await axe(page)).toEqual([]);
  });
}

for (const [name, enter] of Object.entries(STATES)) {
  test(`320 pixels are wide enough: ${name}`, async ({ open }) => {
    const page = await open({ viewport: { width: 320, height: 640 } });
    await enter(page);
    const overflow = await page.evaluate(() => {
      const root = document.documentElement;
      const clips = (element) => {
        for (let at = element.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX !== "visible") return true;
        return false;
      };
      const outside = [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.right > root.clientWidth + 0.5 && !clips(element);
      });
      return { page: root.scrollWidth - root.clientWidth, outside: outside.map((element) => element.outerHTML.slice(0, 120)) };
    });
    expect(overflow).toEqual({ page: 0, outside: [] });
  });
}

test("forced colours keep every sign visible", async ({ open }) => {
  const page = await open({ forcedColors: "active" });
  await tokenSample(page, "bad");
  expect(await axe(page)).toEqual([]);
  await usage(page);
  await usageSample(page, "bad");
  const signs = await page.evaluate(() => {
    const canvas = getComputedStyle(document.body).backgroundColor;
    return [...document.querySelectorAll("svg.timeline .mark")].map((mark) => {
      const { stroke, fill } = getComputedStyle(mark);
      return stroke !== canvas || fill !== canvas;
    });
  });
  expect(signs.length).toBeGreaterThan(5);
  expect(signs).not.toContain(false);
});

test("reduced motion means no motion", async ({ open }) => {
  const page = await open({ reducedMotion: "reduce" });
  const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => {
    const { transitionDuration, animationName } = getComputedStyle(element);
    return transitionDuration.split(", ").some((duration) => parseFloat(duration) > 0) || animationName !== "none";
  }).length);
  expect(moving).toBe(0);
});

test("the keyboard alone judges a token", async ({ open }) => {
  const page = await open();
  const focused = () => page.evaluate(() => {
    const at = document.activeElement;
    return at === document.body ? "(page)" : at.id || at.dataset.view || at.value || at.textContent.trim();
  });
  const walk = [];
  for (let step = 0; step < 17; step += 1) {
    await page.keyboard.press("Tab");
    walk.push(await focused());
  }
  expect(walk).toEqual([
    "Skip to the results", "token", "usage", "open-button", "share-button", "token-sample-good", "token-sample-bad", "token-clear",
    "token-text", "token-version", "token-key", "token-add-key", "token-product", "token-leeway", "exactly", "token-nonce", "token-now",
  ]);

  await page.locator("#token-sample-good").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#token-results .verdict h3")).toHaveText("Verified");
  await expect(page.locator("#token-sample-good")).toBeFocused();

  await page.locator('[name="nonce"][value="exactly"]').focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator('[name="nonce"][value="not-sent"]')).toBeChecked();
  await expect(page.locator("#token-results .verdict h3")).toHaveText("Refused: Nonce");

  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#token-results")).toBeFocused();
});

test("the keyboard alone finds a violation in the text", async ({ open }) => {
  const page = await open();
  await page.getByRole("link", { name: "Usage" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#usage")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.locator("#usage-sample-bad")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#usage-results .verdict h3")).toHaveText(/^Rejected/);
  await page.locator("#usage-text").focus();
  // Past the list of fixes and the two buttons that go from violation to violation.
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("Tab");
  const place = page.locator("#usage-results .place").first();
  await expect(place).toBeFocused();
  const words = await place.textContent();
  await page.keyboard.press("Enter");
  await expect(page.locator("#usage-text")).toBeFocused();
  const at = await page.locator("#usage-text").evaluate((area) => {
    const before = area.value.slice(0, area.selectionStart).split("\n");
    return { line: before.length, column: before.at(-1).length + 1, length: area.selectionEnd - area.selectionStart };
  });
  expect(words).toBe(`Line ${at.line}, column ${at.column}`);
  expect(at.length).toBeGreaterThan(0);
});

test("landmarks, headings and polite results", async ({ open }) => {
  const page = await open();
  for (const role of ["banner", "navigation", "main", "contentinfo"]) await expect(page.getByRole(role)).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("meterproof");
  await tokenSample(page, "good");
  await expect(page.locator("#token-status")).toHaveText("Verified: 15 of 15 checks passed.");
  await expect(page.locator("#token-status")).toHaveAttribute("role", "status");
  await page.getByRole("link", { name: "Usage" }).click();
  await usageSample(page, "good");
  await expect(page.locator("#usage-status")).toHaveText("Accepted. 1 request would be sent.");
});

test("focus is always visible", async ({ open }) => {
  const page = await open();
  await page.locator("#token-product").focus();
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press("Shift+Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    expect(outline).toBe("solid");
  }
});
