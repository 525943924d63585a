// Tokens as issued, and tokens that a signer could have made otherwise: all well signed.

import { pkcs1, pss } from "./sign.mjs";

export const NOW = 1_795_257_000; // 2026-11-21T10:30:00Z, in seconds.
export const PRODUCT = "meterproofsample000000001";
const HEADER = { alg: "PS256", typ: "JWT" };

const encode = (part) => Buffer.from(part).toString("base64url");
const json = (value) => (typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));

/** The version of a key: most often the small one, which signs six times as fast as the large one. */
const someVersion = (random) => random.pick([1, 1, 1, 1, 2, 2, 3]);

/** A nonce like a UUID. */
const uuid = (random) => random.bytes(16).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

/** A token of these parts, signed by the key of a version. */
function token(world, { header = HEADER, payload, version, sign = pss, how }) {
  const input = `${encode(json(header))}.${encode(json(payload))}`;
  return `${input}.${sign(world.keys[version], input, world.random, how).toString("base64url")}`;
}

/** The claims of a token as issued, of a random shape. */
function claims(random, version, nonce) {
  const all = { productCode: PRODUCT, publicKeyVersion: version };
  if (nonce !== null) all.nonce = nonce;
  else if (random.below(3) === 0) all.nonce = random.pick([null, ""]);
  if (random.below(8) > 0) all.iat = NOW - random.below(3_600);
  if (random.below(6) === 0) all.exp = NOW + 1 + random.below(3_600);
  if (random.below(6) === 0) all.nbf = NOW - random.below(3_600);
  if (random.below(6) === 0) all.publicKeyRotationTimestamp = NOW - random.below(86_400);
  if (random.below(8) === 0) all.extra = { list: [1, "é", null], of: "unknown claims" };
  return all;
}

/** Names in PascalCase, as the API reference prints them. */
const pascalCase = (all) =>
  Object.fromEntries(
    Object.entries(all).map(([name, value]) => [/^(iat|exp|nbf|extra)$/.test(name) ? name : name[0].toUpperCase() + name.slice(1), value]),
  );

/** A token that must verify, and the nonce that it must have. */
export function good(world) {
  const { random } = world;
  const version = someVersion(random);
  const nonce = random.below(5) === 0 ? null : uuid(random);
  const payload = random.below(6) === 0 ? pascalCase(claims(random, version, nonce)) : claims(random, version, nonce);
  const header = random.pick([HEADER, HEADER, HEADER, { typ: "JWT", alg: "PS256" }, { alg: "PS256" }, { ...HEADER, kid: "1" }]);
  const text = random.pick([JSON.stringify(payload), JSON.stringify(payload), JSON.stringify(payload, null, 2), `${JSON.stringify(payload)}\n`]);
  return { token: token(world, { header, payload: text, version }), nonce };
}

/** What can be done to claims by whoever signs; each gets the claims of a good token. */
const CLAIM_CHANGES = [
  ["iat", () => [NOW - 0.5, "1795257000", NOW + 0.5, NOW + 1, NOW + 3_600, -1, null, 1e300, [NOW]]],
  ["exp", () => [NOW, NOW - 1, NOW + 60.5, NOW - 0.5, `${NOW + 60}`, null, 253_402_300_800, -5]],
  ["nbf", () => [NOW + 1, NOW, NOW - 0.5, NOW + 0.5, `${NOW}`, null, -1]],
  ["nonce", () => ["another", 7, true, ["a"], {}, " ", undefined]],
  ["productCode", () => ["another", PRODUCT.toUpperCase(), ` ${PRODUCT}`, 5, null, [PRODUCT], undefined]],
  ["publicKeyVersion", (version) => [`${version}`, version + 0.5, 0, -version, 9, null, [version], (version % 3) + 1, 4_294_967_296, undefined]],
  ["ProductCode", () => [PRODUCT, "another"]],
  ["publicKeyRotationTimestamp", () => ["soon", [], {}, null, "2026-11-21T10:00:00Z"]],
  ["__proto__", () => [{ productCode: PRODUCT }]],
];

/** What can be done to a payload's text. Each keeps it signed. */
const PAYLOAD_TEXTS = [
  (text) => text.replace("{", '{"iat":1,'),
  (text) => text.replace("{", `{"productCode":"${PRODUCT}",`),
  (text) => text.replace(/}\s*$/, ',"nonce":"twice"}'),
  (text) => text.replace("{", '{"a":1,"\\u0061":2,'),
  (text) => text.replace("{", '{"half":"\\ud800",'),
  (text) => text.replace("{", `{"deep":${"[".repeat(40)}${"]".repeat(40)},`),
  (text) => text.replace(/"publicKeyVersion":(\d)/, '"publicKeyVersion":$1.0'),
  (text) => text.replace(/"publicKeyVersion":(\d)/, '"publicKeyVersion":$1e0'),
  (text) => text.replace(/"iat":(\d+)/, '"iat":$1.0'),
  (text) => text.replace("{", '{"big":1e400,'),
  (text) => `\ufeff${text}`,
  (text) => Buffer.concat([Buffer.from(text.replace("{", '{"x":"')).subarray(0, 6), Buffer.of(0xff), Buffer.from(`",${text.slice(1)}`)]),
  (text) => `${text},`,
  (text) => text.replace("}", ",}"),
  (text) => text.replaceAll('"', "'"),
  (text) => `[${text}]`,
  () => "null",
  () => '"text"',
  () => "{}",
  () => "",
  (text) => text.replace("{", `{"pad":"${"x".repeat(13_000)}",`),
  (text) => text.replace("{", "{ \t\r\n"),
  (text) => text.replace("{", "{\u00a0"),
];

const HEADERS = [
  { ...HEADER, alg: "RS256" },
  { ...HEADER, alg: "PS384" },
  { ...HEADER, alg: "none" },
  { ...HEADER, alg: "HS256" },
  { ...HEADER, alg: "ps256" },
  { ...HEADER, alg: ["PS256"] },
  { typ: "JWT" },
  { ...HEADER, crit: ["b64"], b64: true },
  { ...HEADER, crit: ["b64"], b64: false },
  { ...HEADER, crit: ["exp"], exp: NOW },
  { ...HEADER, crit: [] },
  { ...HEADER, b64: true },
  { ...HEADER, b64: false },
  { ...HEADER, b64: "no" },
  { ...HEADER, typ: "at+jwt" },
  { ...HEADER, typ: "jwt" },
  { ...HEADER, typ: null },
  { ...HEADER, typ: 5 },
  { ...HEADER, cty: "JWT" },
  { ...HEADER, jwk: { kty: "oct", k: "AA" }, jku: "https://example.com/keys", x5c: [] },
  '{"alg":"RS256","alg":"PS256"}',
  '{"alg":"PS256","typ":"JWT","kid":"a","kid":"b"}',
  '{"alg":"PS256","\\u0061lg":"PS256"}',
  '\ufeff{"alg":"PS256"}',
  '{"alg":"PS256"} ',
  '{"alg":"PS256",}',
  '{"alg":"PS256","kid":"\\udc00"}',
  `{"alg":"PS256","deep":${"[".repeat(40)}${"]".repeat(40)}}`,
  '["PS256"]',
  "null",
  "",
];

const SIGNATURES = [
  { how: { saltLength: 0 } },
  { how: { saltLength: 20 } },
  { how: { saltLength: 31 } },
  { how: { saltLength: 33 } },
  { how: { saltLength: 64 } },
  { how: { saltLength: 222 } },
  { how: { digest: "sha384", saltLength: 48 } },
  { how: { digest: "sha512", saltLength: 64 } },
  { how: { mgf: "sha1" } },
  { how: { mgf: "sha512" } },
  { sign: pkcs1 },
  { header: { ...HEADER, alg: "RS256" }, sign: pkcs1 },
];

/** A token with one thing about it that AWS Marketplace never does, well signed all the same. */
export function unusual(world) {
  const { random } = world;
  const version = someVersion(random);
  const nonce = random.below(4) === 0 ? null : uuid(random);
  const payload = claims(random, version, nonce);
  const parts = { version, payload };
  switch (random.below(4)) {
    case 0: {
      const [name, values] = random.pick(CLAIM_CHANGES);
      const value = random.pick(values(version));
      if (name === "__proto__") parts.payload = JSON.stringify(payload).replace("{", `{"__proto__":${JSON.stringify(value)},`);
      else parts.payload = { ...payload, [name]: value };
      break;
    }
    case 1:
      parts.payload = random.pick(PAYLOAD_TEXTS)(JSON.stringify(payload));
      break;
    case 2:
      parts.header = random.pick(HEADERS);
      break;
    default:
      Object.assign(parts, random.pick(SIGNATURES));
  }
  return { token: token(world, parts), nonce };
}
