// The public operation of the peers that are JavaScript throughout.

import forge from "node-forge";
import jsrsasign from "jsrsasign";

import { decode } from "../base64url.mjs";
import { numberOf, power } from "../verify/bigint.mjs";

const hexOf = (bytes) => numberOf(bytes).toString(16);

export function bigIntPower(_host, expected) {
  const n = numberOf(decode(expected.jwk.n));
  return {
    name: "BigInt",
    note: "from bytes to a BigInt",
    run: (signature) => power(numberOf(signature), n),
    power: (signature) => power(numberOf(signature), n),
  };
}

export function forgePower(host, expected) {
  const { n, e } = forge.pki.publicKeyFromPem(expected.pem);
  const run = (signature) => new forge.jsbn.BigInteger(hexOf(signature), 16).modPow(e, n);
  return {
    name: `node-forge ${host.versions["node-forge"]}`,
    run,
    power: (signature) => BigInt(`0x${run(signature).toString(16)}`),
  };
}

export function jsRsaSignPower(host, expected) {
  const key = jsrsasign.KEYUTIL.getKey(expected.pem);
  const run = (signature) => key.doPublic(new jsrsasign.BigInteger(hexOf(signature), 16));
  return {
    name: `jsrsasign ${host.versions.jsrsasign}`,
    run,
    power: (signature) => BigInt(`0x${run(signature).toString(16)}`),
  };
}
