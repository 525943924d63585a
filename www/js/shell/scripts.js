// The page's policy lets scripts be named at run time only through this one policy, and only these addresses.
const ADDRESSES = ["./sw.js", "./js/usage/worker.js"];

const policy = globalThis.trustedTypes?.createPolicy("meterproof", { createScriptURL: known });

/** The address of one of the page's own workers, as the policy wants it. */
export const scriptUrl = (address) => policy ? policy.createScriptURL(address) : known(address);

function known(address) {
  if (!ADDRESSES.includes(address)) throw new TypeError(`unexpected script ${address}`);
  return address;
}
