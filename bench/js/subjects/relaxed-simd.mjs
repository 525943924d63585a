// Whether this engine runs relaxed vector instructions.

/** A function that multiplies and adds in them: its type, and its body. */
const MODULE = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 8, 1, 96, 3, 123, 123, 123, 1, 123],
  ...[3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 135, 2, 11],
]);

export const hasRelaxedSimd = () => WebAssembly.validate(MODULE);
