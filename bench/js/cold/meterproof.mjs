/** The package as Node resolves it; its WebAssembly is compiled during the import. */
export async function first({ pem, productCode, now, tokens, nonces }, packageUrl) {
  const { createVerifier } = await import(packageUrl);
  const verifier = createVerifier({ productCode, keys: { 1: pem } });
  return verifier.verify(tokens[0], { nonce: nonces[0], now: now * 1000 });
}
