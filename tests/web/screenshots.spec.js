// Pictures of the main states, for people to look at: target/screenshots/. With KEEP_PICTURES=1 those of docs/screenshots/ too.
import { expect, test, tokenSample, usageSample } from "./support/fixtures.js";
import { keep, picture } from "./support/pictures.js";

const LOOKS = {
  light: {},
  dark: { colorScheme: "dark" },
  narrow: { viewport: { width: 320, height: 700 }, colorScheme: "dark" },
  forced: { forcedColors: "active" },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`screenshots: ${look}`, async ({ open }) => {
    const page = await open({ ...options, reducedMotion: "reduce" });
    const shoot = (name) => picture(page, `${look}-${name}`);
    await shoot("token-empty");
    await tokenSample(page, "good");
    await shoot("token-verified");
    await tokenSample(page, "bad");
    await shoot("token-refused");
    await page.locator("#token-clear").click();
    await page.getByRole("link", { name: "Usage" }).click();
    await shoot("usage-empty");
    await usageSample(page, "good");
    await shoot("usage-accepted");
    await usageSample(page, "bad");
    await page.locator("#usage-results .place").nth(1).click();
    await shoot("usage-rejected");
    await page.locator("#usage-now").fill("2026-12-01T06:30:00Z");
    await page.locator("#usage-text").fill(JSON.stringify(["2026-11-30T20:00:00Z", "2026-11-30T23:00:00Z", "2026-12-01T02:00:00Z"].map((Timestamp) => ({
      CustomerAWSAccountId: "111122223333", LicenseArn: `arn:aws:license-manager::111122223333:license:l-${"0".repeat(31)}1`,
      Dimension: "users", Timestamp, Quantity: 3,
    })), null, 2));
    await page.locator("svg.timeline .month-label").first().waitFor();
    await shoot("usage-month-end");
  });
}

/** The samples' second refusal: the payload was changed after it was signed. */
async function changedToken(page) {
  await tokenSample(page, "bad");
  const before = await page.locator("#token-text").inputValue();
  await page.locator("#token-sample-bad").click();
  await expect(page.locator("#token-text")).not.toHaveValue(before);
  await expect(page.locator("#token-results .cause")).toHaveCount(1);
}

test("the pictures of docs/", async ({ open }) => {
  const page = await open({ reducedMotion: "reduce" });
  await tokenSample(page, "good");
  await page.getByRole("button", { name: "nonce", exact: true }).focus();
  await keep(page, "token-verified");
  await changedToken(page);
  await keep(page, "token-refused", 1100);
  await page.getByRole("link", { name: "Usage" }).click();
  await usageSample(page, "bad");
  await page.locator("#usage-results .place").nth(1).click();
  await keep(page, "usage-violations", 1250);
  await usageSample(page, "good");
  await keep(page, "usage-clean", 1600);

  const narrow = await open({ reducedMotion: "reduce", colorScheme: "dark", viewport: { width: 320, height: 700 } });
  await changedToken(narrow);
  await keep(narrow, "narrow-dark", 1900);
});
