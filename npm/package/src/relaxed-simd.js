/**
 * A module of one function that multiplies and adds in relaxed vectors, whose type is from three of
 * them to one.
 */
const RELAXED_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253,
  135, 2, 11,
]);

/**
 * Whether this host runs relaxed vector instructions, and so the fastest of the three files. Whether
 * its processor fuses what they allow to be fused is the engine's question.
 */
export function hasRelaxedSimd() {
  return WebAssembly.validate(RELAXED_MODULE);
}
