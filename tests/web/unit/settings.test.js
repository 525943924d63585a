// What a link may carry.
import test from "node:test";
import { expect } from "@playwright/test";
import { createSettings } from "../../../www/js/shell/settings.js";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const SHORT_JWS = `${part({ alg: "PS256" })}.${part({ nonce: "n" })}.${"A".repeat(30)}`;

test("no token gets into a link, however short", () => {
  const settings = createSettings();
  for (const text of [SHORT_JWS, `users,${SHORT_JWS}`, `users, ${SHORT_JWS}`, SHORT_JWS.slice(0, 40)]) {
    settings.set("dimensions", text);
    expect(settings.get("dimensions")).toBe("");
  }
  settings.read(`#usage?dimensions=${SHORT_JWS}&product=${SHORT_JWS}`);
  expect(settings.fragment("usage")).toBe("#usage");
  settings.set("dimensions", "keys.v1.read,eyes,api-calls_2");
  expect(settings.fragment("usage")).toBe("#usage?dimensions=keys.v1.read%2Ceyes%2Capi-calls_2");
});
