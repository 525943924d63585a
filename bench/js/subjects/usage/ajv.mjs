// JSON.parse and a schema compiled once by ajv, with every error reported: the limits of the
// service model and the forms of identity. A member that AWS does not know is an error here,
// where the package warns.

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
  {
    required: ["Timestamp", "Dimension"],
    allOf: [
      either("Quantity", "QuantityAsDecimal"),
      either("CustomerAWSAccountId", "CustomerIdentifier"),
    ],
    dependencies: { LicenseArn: ["CustomerAWSAccountId"] },
  },
);

const REQUEST = closed(
  {
    ProductCode: text(limits.PRODUCT_CODE, limits.IDENTIFIER),
    UsageRecords: list(RECORD, limits.RECORDS),
  },
  {
    required: ["UsageRecords"],
    // Only records by license do without a product code.
    if: { not: { required: ["ProductCode"] } },
    then: { properties: { UsageRecords: { items: { required: ["LicenseArn"] } } } },
  },
);

export function ajv(host) {
  // `required` beside no properties, and rules for arrays beside no type, are meant as written.
  const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(REQUEST);
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  return {
    name: `JSON.parse + ajv ${host.versions.ajv}`,
    note: "limits and forms of identity: no duplicate names or records, sums, times, or places in the text",
    accepts: (document) => validate(JSON.parse(utf8.decode(document))),
  };
}
