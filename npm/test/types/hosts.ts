// What only hosts with these classes can pass to init: compiled with the DOM's types, never run.

import { init, initSync } from "meterproof";
import { init as initVerify, initSync as initVerifySync } from "meterproof/verify";

declare const module: WebAssembly.Module;

for (const load of [init, initVerify]) {
  void load(new URL("https://example.com/full.simd.wasm"));
  void load(new Request("https://example.com/full.simd.wasm"));
  void load(fetch("https://example.com/full.simd.wasm"));
  void load(module);
  // Any object would do here: in the DOM's types a compiled module has no members.
  // @ts-expect-error a flag is no source
  void load(true);
}

for (const load of [initSync, initVerifySync]) {
  load(module);
  load(new ArrayBuffer(8));
  // @ts-expect-error nothing is fetched at once
  load("https://example.com/full.simd.wasm");
  // @ts-expect-error a source is required
  load();
}
