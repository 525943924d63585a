// For the drawing alone: what can be read of the records, also of those the validator rejects.
// Nothing here decides anything; the verdicts are the validator's.

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
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (kind === "BatchMeterUsage") return Array.isArray(value?.UsageRecords) ? value.UsageRecords : [];
  if (kind === "UsageRecords") return Array.isArray(value) ? value : [];
  return kind === null ? [] : [value];
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

const word = (value) => (typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null);

/** Epoch seconds or ISO 8601, within what a Date can hold. */
function time(value) {
  const ms = typeof value === "number" ? value * 1000 : typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  return Math.abs(ms) <= 8.64e15 ? Math.trunc(ms) : null;
}
