// JSON.parse and a schema compiled once by ajv, with every error reported.

import Ajv from "ajv";

import * as limits from "./limits.mjs";

const text = (pattern, { min, max } = {}) => ({
  type: "string",
  ...(pattern && { pattern }),
  ...(min !== undefined && { minLength: min }),
  ...(max !== undefined && { maxLength: max }),
});
const whole = { type: "integer", minimum: limits.QUANTITY.min, maximum: limits.QUANTITY.max };
const decimal = text(limits.DECIMAL);
const closed = (properties, rest) => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...rest,
});
const list = (items, { min, max }) => ({
  type: "array",
  items,
  ...(min !== undefined && { minItems: min }),
  maxItems: max,
});
const either = (first, second) => ({ oneOf: [{ required: [first] }, { required: [second] }] });

const TAG = closed(
  { Key: text(limits.TAG, limits.TAG_KEY), Value: text(limits.TAG, limits.TAG_VALUE) },
  { required: ["Key", "Value"] },
);

const ALLOCATION = closed(
  {
    AllocatedUsageQuantity: whole,
    AllocatedUsageQuantityAsDecimal: decimal,
    Tags: list(TAG, limits.TAGS),
  },
  either("AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal"),
);

const RECORD = closed(
  {
    Timestamp: { type: "number" },
    CustomerIdentifier: text(undefined, limits.IDENTIFIER),
    CustomerAWSAccountId: text(limits.ACCOUNT, limits.IDENTIFIER),
    LicenseArn: text(limits.LICENSE_ARN),
    Dimension: text(undefined, limits.DIMENSION),
    Quantity: whole,
    QuantityAsDecimal: decimal,
    UsageAllocations: list(ALLOCATION, limits.ALLOCATIONS),
  },
  { required: ["Timestamp", "Dimension"], ...either("Quantity", "QuantityAsDecimal") },
);

const REQUEST = closed(
  {
    ProductCode: text(limits.PRODUCT_CODE, limits.IDENTIFIER),
    UsageRecords: list(RECORD, limits.RECORDS),
  },
  { required: ["UsageRecords"] },
);

export function ajv(host) {
  // An integer's limits need no `type` beside `oneOf`: strict mode would have them repeated.
  const validate = new Ajv({ allErrors: true, strictRequired: false }).compile(REQUEST);
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  return {
    name: `JSON.parse + ajv ${host.versions.ajv}`,
    note: "the service model's limits alone: no duplicate names or records, sums, times, or places in the text",
    accepts: (document) => validate(JSON.parse(utf8.decode(document))),
  };
}
