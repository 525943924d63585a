// For the drawing alone: what can be read of the records, also of those the validator rejects.
// Nothing here decides anything; the verdicts are the validator's.

import { isText, parse } from "../read/json.js";

/** Every record as `{ index, customer, dimension, timestamp, quantity }`; `timestamp` is null where none can be read. */
export function sketch(text, report) {
  const valid = new Map(report.records.map((record) => [record.index, record]));
  return rawRecords(text, report.kind).map((raw, index) => {
    const known = valid.get(index);
    return {
      index,
      customer: known ? customerOf(known.identity) : customerOf(rawIdentity(raw)),
      dimension: known?.dimension ?? word(raw?.Dimension ?? raw?.UsageDimension) ?? "(no dimension)",
      timestamp: known?.timestamp ?? time(raw?.Timestamp),
      quantity: known?.quantity ?? word(raw?.Quantity ?? raw?.QuantityAsDecimal ?? raw?.UsageQuantity ?? raw?.UsageQuantityAsDecimal) ?? "0",
    };
  });
}

function rawRecords(text, kind) {
  const value = parse(text);
  if (value === undefined || kind === null) return [];
  if (kind === "MeterUsage" || kind === "UsageRecord") return [value];
  const list = kind === "BatchMeterUsage" ? value?.UsageRecords : value;
  return Array.isArray(list) ? list : [];
}

const rawIdentity = (raw) => ({
  licenseArn: word(raw?.LicenseArn), customerAWSAccountId: word(raw?.CustomerAWSAccountId),
  customerIdentifier: word(raw?.CustomerIdentifier),
});

/** Account and the end of the license ARN, or whichever of them there is. */
function customerOf({ licenseArn, customerAWSAccountId, customerIdentifier }) {
  const license = licenseArn ? licenseArn.split(":").at(-1) : null;
  return [customerAWSAccountId, license, customerIdentifier].filter(Boolean).join(" ") || "this account";
}

const word = (value) => (isText(value) && value !== "" ? value : typeof value === "number" ? String(value) : null);

/** Epoch seconds or ISO 8601, within what a Date can hold. */
function time(value) {
  const ms = typeof value === "number" ? value * 1000 : isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  return Math.abs(ms) <= 8.64e15 ? Math.trunc(ms) : null;
}
