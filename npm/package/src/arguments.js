// Reads the arguments of the public functions into exactly what the engine takes. Whatever
// is of the wrong type, misspelt or out of range is a ConfigurationError here; the engine
// judges values, never JavaScript types.

import { ConfigurationError } from "./errors.js";

/** Longest document the engine is given, in UTF-16 code units or bytes. */
export const MAX_DOCUMENT_LENGTH = 8 * 1024 * 1024;

/** Longest other text, such as a key, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 64 * 1024;

/** Most entries of a list, such as keys or dimensions. */
const MAX_ENTRIES = 1000;

/** Longest token that can be configured, in bytes: the default is 16 KiB. */
export const MAX_TOKEN_LENGTH = 1024 * 1024;

/** Longest token or response the engine is given: the engine allows a response 4 KiB more. */
export const MAX_TOKEN_INPUT_LENGTH = MAX_TOKEN_LENGTH + 4 * 1024;

/** The years 0000 to 9999, in milliseconds since 1970. */
const OLDEST_TIME = -62_167_219_200_000;
const NEWEST_TIME = 253_402_300_799_999;

/** A day: a clock that is further off is wrong, not skewed. */
export const MAX_LEEWAY_SECONDS = 86_400;

/** Versions are unsigned 32-bit numbers in the engine. */
const MAX_KEY_VERSION = 0xffff_ffff;

const typedArrayTag = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const typedArrayLength = getter(Object.getPrototypeOf(Uint8Array.prototype), "length");
const typedArrayBuffer = getter(Object.getPrototypeOf(Uint8Array.prototype), "buffer");
const arrayBufferLength = getter(ArrayBuffer.prototype, "byteLength");

/** The error for a wrong argument. */
export function wrong(code, message) {
  return new ConfigurationError({ code, message });
}

/** An object with known members only: a misspelt option must not be an option left out. */
export function options(value, where, known) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong("invalid_options", `${where} is ${kind(value)}: pass an object`);
  }
  const names = Object.keys(value);
  // A Date, a Map or a Promise has no members: as options they would be none, without a word.
  if (names.length === 0 && Object.prototype.toString.call(value) !== "[object Object]") {
    throw wrong("invalid_options", `${where} is no plain object: pass one, as { ${known[0]}: … }`);
  }
  for (const name of names) {
    if (!known.includes(name)) {
      throw wrong(
        "unknown_option",
        `${where} has no option ${JSON.stringify(name)}: it knows ${known.join(", ")}`,
      );
    }
  }
  return value;
}

/** A text without half surrogate pairs, which no UTF-8 text can hold. */
export function text(value, name, code) {
  if (typeof value !== "string") throw wrong(code, `${name} is ${kind(value)}: pass a string`);
  if (value.length > MAX_TEXT_LENGTH) throw tooLarge(name, value.length, MAX_TEXT_LENGTH);
  if (!isWellFormed(value)) {
    throw wrong(code, `${name} holds half of a surrogate pair: pass well-formed text`);
  }
  return value;
}

/** An optional whole number within limits; `undefined` stays so. */
export function wholeNumber(value, name, code, least, most) {
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw wrong(
      code,
      `${name} is ${typeof value === "number" ? value : kind(value)}: ` +
        `pass a whole number from ${least} to ${most}`,
    );
  }
  return value;
}

/** The time to judge by, in milliseconds since 1970; the clock's when it is left out. */
export function now(value) {
  if (value === undefined) return Date.now();
  const time = typeof value === "object" ? (dateTime(value) ?? value) : value;
  if (typeof time !== "number" || !(time >= OLDEST_TIME && time <= NEWEST_TIME)) {
    throw wrong(
      "invalid_now",
      `now is ${typeof time === "number" ? time : kind(value)}: ` +
        "pass a Date or milliseconds since 1970, within the years 0 to 9999",
    );
  }
  return Math.floor(time);
}

/** The nonce expectation: it has to be written out, `null` for "none was sent". */
export function nonce(value) {
  if (value === undefined) {
    throw wrong(
      "missing_nonce",
      "nonce is not given: pass the nonce that was sent to RegisterUsage, or null if none was",
    );
  }
  return value === null ? null : text(value, "nonce", "invalid_nonce");
}

/** A token of a list: with a nonce of its own, or bare and held against the list's. */
export function listed(item, nonceOfList) {
  const isBare = typeof item !== "object" || item === null || ArrayBuffer.isView(item);
  if (isBare || !("token" in item)) return { token: item, nonce: nonceOfList };
  const pair = options(item, "a token with its nonce", ["token", "nonce"]);
  return { token: pair.token, nonce: nonce(pair.nonce) };
}

/** `{ 1: pem, 2: pem }` as pairs of version and text. */
export function keys(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(
      "invalid_keys",
      `keys is ${kind(value)}: pass an object from public key version to key, as { 1: pem }`,
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    throw wrong("no_keys", "keys is empty: pass at least one public key, as { 1: pem }");
  }
  if (entries.length > MAX_ENTRIES) throw tooLarge("keys", entries.length, MAX_ENTRIES);
  return entries.map(([version, key]) => {
    if (!/^[1-9][0-9]{0,9}$/.test(version) || Number(version) > MAX_KEY_VERSION) {
      throw wrong(
        "invalid_key_version",
        `${JSON.stringify(version)} is no public key version: pass a whole number from 1`,
      );
    }
    return [Number(version), text(key, `key ${version}`, "invalid_keys")];
  });
}

/** Dimension names that the product has; `undefined` for "not to be checked". */
export function dimensions(value) {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    throw wrong("invalid_dimensions", `dimensions is ${kind(value)}: pass an array of strings`);
  }
  if (value.length > MAX_ENTRIES) throw tooLarge("dimensions", value.length, MAX_ENTRIES);
  return Array.from(value, (name, at) => text(name, `dimensions[${at}]`, "invalid_dimensions"));
}

/** Length of a token in its own units. */
export function tokenLength(value) {
  return inputLength(value, "the token", "invalid_token_type");
}

/** Length of a usage document in its own units, within the limit. */
export function documentLength(value) {
  const length = inputLength(value, "the document", "invalid_document");
  if (length > MAX_DOCUMENT_LENGTH) throw tooLarge("the document", length, MAX_DOCUMENT_LENGTH);
  return length;
}

/** A list of tokens; what is in it is looked at one by one. */
export function tokens(value) {
  if (!Array.isArray(value)) {
    throw wrong("invalid_tokens", `tokens is ${kind(value)}: pass an array of tokens`);
  }
  return value;
}

/**
 * Passes a token or a document to the engine and answers its length in bytes. Half surrogate
 * pairs become U+FFFD, one UTF-16 unit for one, so that offsets stay right. What another thread
 * can write to, and make longer, is copied first.
 */
export function pass(value, engine) {
  if (typeof value === "string") return engine.writeText(value);
  const bytes = isShared(value) ? new Uint8Array(value) : value;
  return engine.writeBytes(bytes, typedArrayLength.call(bytes));
}

function inputLength(value, name, code) {
  if (typeof value === "string") return value.length;
  if (typedArrayTag.call(value) === "Uint8Array") return typedArrayLength.call(value);
  throw wrong(code, `${name} is ${kind(value)}: pass a string or a Uint8Array`);
}

/** Whether a Uint8Array's memory is shared between threads, whatever its class says. */
function isShared(bytes) {
  try {
    arrayBufferLength.call(typedArrayBuffer.call(bytes));
    return false;
  } catch {
    return true;
  }
}

/** Engines of before 2024 lack the method, and compiling the expression is a part of a cold start. */
function isWellFormed(value) {
  return value.isWellFormed?.() ?? !/\p{Surrogate}/u.test(value);
}

function getter(prototype, name) {
  return Object.getOwnPropertyDescriptor(prototype, name).get;
}

function tooLarge(name, length, limit) {
  return wrong("input_too_large", `${name} is ${length} long, over the limit of ${limit}`);
}

/** The time of a Date of any realm; `undefined` for anything else. */
function dateTime(value) {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** What an error message calls a value; never the value itself, which may be secret. */
function kind(value) {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
