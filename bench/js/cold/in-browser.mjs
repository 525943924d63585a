// From nothing loaded to the first verification, in a fresh page: fetched from loopback.

import { webCrypto } from "../subjects/verify/webcrypto.mjs";

export const COLD = {
  meterproof: {
    name: () => "meterproof instantiate + key + first verify",
    async first({ pem, productCode, now, tokens, nonces }) {
      const { createVerifier, init } = await import("/package/bundle.js");
      await init();
      const verifier = createVerifier({ productCode, keys: { 1: pem } });
      return verifier.verify(tokens[0], { nonce: nonces[0], now: now * 1000 });
    },
  },
  jose: {
    name: ({ jose }) => `jose ${jose} import + key + first verify`,
    async first({ pem, now, tokens }) {
      const { importSPKI, jwtVerify } = await import("/jose.js");
      const key = await importSPKI(pem, "PS256");
      const options = { algorithms: ["PS256"], currentDate: new Date(now * 1000) };
      return (await jwtVerify(tokens[0], key, options)).payload;
    },
  },
  webcrypto: {
    name: () => "WebCrypto key + first verify",
    async first(input) {
      const { verify } = await webCrypto({}, input);
      return verify(input.tokens[0], input.nonces[0]);
    },
  },
};
