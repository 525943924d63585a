// JSON.parse and the same limits in zod.

import { z } from "zod";

import * as limits from "./limits.mjs";

const text = (pattern, { min, max } = {}) => {
  let schema = z.string();
  if (min !== undefined) schema = schema.min(min);
  if (max !== undefined) schema = schema.max(max);
  return pattern === undefined ? schema : schema.regex(new RegExp(pattern));
};
const whole = z.int().min(limits.QUANTITY.min).max(limits.QUANTITY.max);
const list = (items, { min = 0, max }) => z.array(items).min(min).max(max);
const either = (first, second) => (value) =>
  (value[first] === undefined) !== (value[second] === undefined);

const Tag = z.strictObject({
  Key: text(limits.TAG, limits.TAG_KEY),
  Value: text(limits.TAG, limits.TAG_VALUE),
});

const Allocation = z
  .strictObject({
    AllocatedUsageQuantity: whole.optional(),
    AllocatedUsageQuantityAsDecimal: text(limits.DECIMAL).optional(),
    Tags: list(Tag, limits.TAGS).optional(),
  })
  .refine(either("AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal"));

const UsageRecord = z
  .strictObject({
    Timestamp: z.number(),
    CustomerIdentifier: text(undefined, limits.IDENTIFIER).optional(),
    CustomerAWSAccountId: text(limits.ACCOUNT, limits.IDENTIFIER).optional(),
    LicenseArn: text(limits.LICENSE_ARN).optional(),
    Dimension: text(undefined, limits.DIMENSION),
    Quantity: whole.optional(),
    QuantityAsDecimal: text(limits.DECIMAL).optional(),
    UsageAllocations: list(Allocation, limits.ALLOCATIONS).optional(),
  })
  .refine(either("Quantity", "QuantityAsDecimal"))
  .refine(either("CustomerAWSAccountId", "CustomerIdentifier"))
  .refine(({ LicenseArn, CustomerAWSAccountId }) =>
    LicenseArn === undefined || CustomerAWSAccountId !== undefined);

const Request = z
  .strictObject({
    ProductCode: text(limits.PRODUCT_CODE, limits.IDENTIFIER).optional(),
    UsageRecords: list(UsageRecord, limits.RECORDS),
  })
  .refine(({ ProductCode, UsageRecords }) =>
    ProductCode !== undefined || UsageRecords.every(({ LicenseArn }) => LicenseArn !== undefined));

export function zod(host) {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  return {
    name: `JSON.parse + zod ${host.versions.zod}`,
    note: "the same rules as for ajv; also makes a copy of the records",
    accepts: (document) => Request.safeParse(JSON.parse(utf8.decode(document))).success,
  };
}
