import { rulesWindow } from "../shell/engine.js";
import { HOUR } from "../shell/time.js";

const NORTH = { CustomerAWSAccountId: "111122223333", LicenseArn: `arn:aws:license-manager::111122223333:license:l-5f0c7a1be2d94c83a6610f9b7d24e8c1` };
const SOUTH = { CustomerAWSAccountId: "444455556666", LicenseArn: `arn:aws:license-manager::444455556666:license:l-c93e40b8617f4d2ab05d8e1f3a9672b4` };

/** A BatchMeterUsage body around `now`: one that AWS accepts ("good"), or one with mistakes ("bad"). */
export function usageSample(kind, now) {
  const hours = closedHours(now);
  const records = kind === "good" ? accepted(hours) : mistaken(hours, now);
  return JSON.stringify({ UsageRecords: records }, null, 2);
}

/** Up to six closed hours spread over the window, the newest first. */
function closedHours(now) {
  const { oldest, monthCutoff } = rulesWindow({ rules: "current", now });
  const from = Math.max(oldest + 1, monthCutoff ?? -Infinity);
  const hours = [];
  for (let hour = Math.floor(now / HOUR) * HOUR - HOUR; hour >= from; hour -= HOUR) hours.push(hour);
  const step = Math.max(1, Math.floor(hours.length / 6));
  return hours.filter((_, index) => index % step === 0).slice(0, 6);
}

const seconds = (ms) => Math.floor(ms / 1000);
const hourAt = (hours, index) => hours[index % hours.length];

const record = (customer, dimension, hour, quantity) => ({ ...customer, Dimension: dimension, Timestamp: seconds(hour), ...quantity });

function accepted(hours) {
  return [
    ...hours.map((hour, index) => record(NORTH, "users", hour, { Quantity: 12 + index })),
    ...hours.map((hour, index) => record(NORTH, "gigabytes", hour, { QuantityAsDecimal: `${3 + index}.25` })),
    record(SOUTH, "users", hourAt(hours, 0), {
      Quantity: 5,
      UsageAllocations: [
        { AllocatedUsageQuantity: 3, Tags: [{ Key: "BusinessUnit", Value: "Research" }] },
        { AllocatedUsageQuantity: 2, Tags: [{ Key: "BusinessUnit", Value: "Sales" }] },
      ],
    }),
    record(SOUTH, "users", hourAt(hours, 1), { Quantity: 0 }),
  ];
}

function mistaken(hours, now) {
  return [
    record(NORTH, "users", hourAt(hours, 0), { Quantity: 12 }),
    record(NORTH, "users", hourAt(hours, 0), { Quantity: 12 }),
    record(NORTH, "users", hourAt(hours, 1), { Quantity: 14 }),
    record(NORTH, "users", hourAt(hours, 1), { Quantity: 15 }),
    record(NORTH, "gigabytes", now - 26 * HOUR, { QuantityAsDecimal: "3.25" }),
    record(NORTH, "gigabytes", now + 2 * HOUR, { QuantityAsDecimal: "4.1234567" }),
    record(SOUTH, "users", hourAt(hours, 2), { Quantity: -1 }),
    record(SOUTH, "users", hourAt(hours, 3), {
      Quantity: 5,
      UsageAllocations: [{ AllocatedUsageQuantity: 3, Tags: [{ Key: "BusinessUnit", Value: "Research" }] }],
    }),
    record(SOUTH, "requests", hourAt(hours, 4), {
      Quantity: 7,
      UsageAllocations: [{ AllocatedUsageQuantity: 7, Tags: [{ Key: "Team", Value: "Search & Ads" }] }],
    }),
    record(SOUTH, "gigabytes", hourAt(hours, 5), { Quantity: 9, QuantityAsDecimal: "9.5" }),
  ];
}
