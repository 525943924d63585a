// Firefox by WebDriver BiDi, as puppeteer speaks it.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

export const name = "Firefox";
export const remedy = "apt install firefox-esr, or name it in the variable FIREFOX";
export const find = () => [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => path && existsSync(path));

/** `{ version, open(url), run(function, …arguments), key(name), picture(), close() }`. */
export async function start(path) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: path, headless: true, timeout: 120_000, protocolTimeout: 120_000 });
  const page = await browser.newPage();
  await page.setViewport({ width: 1200, height: 900 });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return {
    version: (await browser.version()).replace(/^\D*/, ""),
    complaints,
    open: (url) => page.goto(url),
    run: (task, ...given) => page.evaluate(task, ...given),
    key: (key) => page.keyboard.press(key),
    picture: () => page.screenshot({ fullPage: true }),
    close: () => browser.close(),
  };
}
