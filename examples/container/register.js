// A container's start: registers with AWS Marketplace for a nonce of the gate, and shows the gate what
// AWS answered.

import { MarketplaceMeteringClient, RegisterUsageCommand } from "@aws-sdk/client-marketplace-metering";

const { GATE, PRODUCT_CODE } = process.env;

/** A request to the gate. Only statuses of 200 to 299 are an answer. */
async function ask(path, options) {
  const response = await fetch(new URL(path, GATE), options);
  const body = await response.json();
  if (!response.ok) throw new Error(`the gate refuses ${path}: ${body.code}`);
  return body;
}

try {
  const { nonce } = await ask("/nonce", { method: "POST" });
  // Region and credentials are those of the task. The client retries what is worth it; whatever else
  // RegisterUsage throws, such as CustomerNotEntitledException, means: do not start.
  const { Signature } = await new MarketplaceMeteringClient().send(
    new RegisterUsageCommand({ ProductCode: PRODUCT_CODE, PublicKeyVersion: 1, Nonce: nonce }),
  );
  const headers = { authorization: `Bearer ${Signature}`, "registration-nonce": nonce };
  console.log(JSON.stringify(await ask("/paid/report", { headers })));
} catch (error) {
  console.error(`not started: ${error.name}: ${error.message}`);
  process.exit(1);
}
