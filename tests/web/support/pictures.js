import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = (path) => fileURLToPath(new URL(`../../../${path}/`, import.meta.url));

/** Where pictures go to be looked at; those of docs/ are kept with KEEP_PICTURES=1. */
const LOOK = folder("target/screenshots");
const KEEP = process.env.KEEP_PICTURES === "1" ? folder("docs/screenshots") : null;

export async function picture(page, name) {
  mkdirSync(LOOK, { recursive: true });
  await page.screenshot({ path: `${LOOK}${name}.png`, fullPage: true });
}

/** A picture for docs/: WebP, made by the browser itself, at most `height` pixels of the page. */
export async function keep(page, name, height = 1400) {
  const { width } = page.viewportSize();
  const full = await page.evaluate(() => document.documentElement.scrollHeight);
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(full, height) } });
  if (KEEP === null) return;
  const other = await page.context().newPage();
  const webp = await other.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.86 });
    return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
  await other.close();
  mkdirSync(KEEP, { recursive: true });
  writeFileSync(`${KEEP}${name}.webp`, Buffer.from(webp, "base64"));
}
