// How the WebAssembly of ../../rsa-wasm and ../../raw-wasm is given bytes.

const UTF_8 = new TextEncoder();

/** Writes bytes into the one input buffer of an instance. */
export function writeBytes({ memory, input }, bytes) {
  const at = input(bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
}

/** Writes ASCII texts one after another, without a copy in between. */
export function writeTexts({ memory, input }, ...texts) {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  let at = input(length);
  for (const text of texts) {
    UTF_8.encodeInto(text, new Uint8Array(memory.buffer, at, text.length));
    at += text.length;
  }
}

/** Reads the input buffer's first bytes. */
export function readBytes({ memory, input }, length) {
  return new Uint8Array(memory.buffer, input(length), length).slice();
}
