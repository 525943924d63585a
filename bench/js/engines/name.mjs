/** The engine that runs this, and its version, as results name it. */
export function engineName() {
  if (globalThis.Deno !== undefined) return `deno ${globalThis.Deno.version.deno}`;
  if (globalThis.Bun !== undefined) return `bun ${globalThis.Bun.version}`;
  return `node ${process.versions.node}`;
}
