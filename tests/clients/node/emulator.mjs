// The emulator's own endpoints, and what these tests put on sale there.

import { randomBytes } from "node:crypto";

export const credentials = {
  accessKeyId: "AKIDEMULATOR0000000",
  secretAccessKey: "emulator-secret-access-key",
};

/** A running emulator, with products of this run's own: a run leaves no trace in the next. */
export class Emulator {
  static async open(url) {
    const emulator = new Emulator(url.replace(/\/$/, ""));
    await emulator.#products();
    return emulator;
  }

  constructor(url) {
    this.url = url;
    this.run = randomBytes(8).toString("hex");
    this.licensed = `licensed-${this.run}`;
    this.legacy = `legacy-${this.run}`;
    this.container = `container-${this.run}`;
    this.licenseArn = `arn:aws:license-manager::1:license:l-${this.run}`;
    // Half past an hour, and standing still: no check straddles the end of one.
    this.seconds = Math.floor(Date.now() / 3_600_000) * 3600 + 1800;
  }

  /** Calls one of the emulator's own endpoints. */
  async admin(method, path, body) {
    const response = await fetch(`${this.url}/_emulator${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return /^[{[]/.test(text) ? JSON.parse(text) : text;
  }

  /** A time as a Date, so many seconds from the emulator's. */
  time(offset = 0) {
    return new Date((this.seconds + offset) * 1000);
  }

  /** Injects a fault; it strikes once. */
  async fault(kind, operation) {
    await this.admin("POST", "/faults", { kind, operation });
  }

  /** A registration token, as a buyer's browser brings it. */
  async token(productCode, more = {}) {
    const made = await this.admin("POST", "/registration-tokens", { productCode, ...more });
    return made.registrationToken;
  }

  /** Lets another access key in, on an instance of its own. */
  async credentials(name, more = {}) {
    const key = { accessKeyId: `AKNODE${name.toUpperCase()}`, secretAccessKey: `secret-${name}` };
    const account = {
      account: "111122223333",
      buyerAccount: "3",
      instance: `${name}-${this.run}`,
    };
    await this.admin("POST", "/credentials", { ...key, ...account, ...more });
    return key;
  }

  /** The product's sum for each dimension. */
  async billed(productCode) {
    return (await this.admin("GET", "/ledger")).totals[productCode] ?? {};
  }

  /** Gives the emulator the machine's time again. */
  async release() {
    await this.admin("PUT", "/clock", {});
  }

  async #products() {
    await this.admin("PUT", "/clock", { now: this.seconds });
    const { licensed, legacy, container, licenseArn, run } = this;
    for (const product of [
      {
        productCode: licensed,
        kind: "saas",
        dimensions: ["users"],
        customers: [{ account: "1", licenseArn, agreementId: `agmt-${run}` }],
      },
      {
        productCode: legacy,
        kind: "saas",
        identityForms: ["account", "customer"],
        dimensions: ["users"],
        customers: [{ account: "1", customerIdentifier: `Cust-${run}` }],
      },
      {
        productCode: container,
        kind: "container",
        dimensions: ["pods", "hours"],
        customers: [{ account: "3" }],
      },
    ]) {
      await this.admin("POST", "/products", product);
    }
  }
}
