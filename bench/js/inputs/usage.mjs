// The usage documents: one that every subject accepts, and wrong ones that each must refuse.

/** `bytes` of a BatchMeterUsage request; `wrong` holds texts, each with one broken limit. */
export function usageDocuments(bytes) {
  const text = new TextDecoder().decode(bytes);
  const changed = (change) => {
    const request = JSON.parse(text);
    change(request);
    return new TextEncoder().encode(JSON.stringify(request));
  };
  return {
    bytes,
    records: JSON.parse(text).UsageRecords.length,
    wrong: [
      changed(({ UsageRecords }) => (UsageRecords[24].Quantity = -1)),
      changed(({ UsageRecords }) => (UsageRecords[3].Dimension = "x".repeat(256))),
      changed(({ UsageRecords }) => (UsageRecords[7].LicenseArn = "license")),
      changed(({ UsageRecords }) => delete UsageRecords[11].Timestamp),
      changed(({ UsageRecords }) => UsageRecords.push(UsageRecords[0])),
      changed(({ UsageRecords }) => (UsageRecords[0].QuantityAsDecimal = "1")),
      changed(({ UsageRecords }) => delete UsageRecords[2].CustomerAWSAccountId),
      changed(({ UsageRecords }) => delete UsageRecords[2].LicenseArn),
      changed(({ UsageRecords }) => (UsageRecords[5].CustomerIdentifier = "someone")),
    ],
  };
}
