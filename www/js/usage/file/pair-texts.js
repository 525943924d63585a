// The two records of a pair, read again from the file: the first one was not kept.

import { lineAt } from "./line-at.js";

/**
 * Gives each place of a pair the texts of both lines, and drops those that are no pair when compared again: two keys may
 * share a hash.
 */
export async function readPairs(findings, file, engine, options) {
  for (const found of findings) {
    const kept = [];
    for (const place of found.places) {
      if (place.pair) place.pair.firstText = await lineAt(file, place.pair.first.offset);
      if (!place.pair || isPair(place.pair, found.code, engine, options)) kept.push(place);
      else found.count -= 1;
    }
    found.places = kept;
  }
  return findings.filter(({ count }) => count > 0);
}

/** Only what is one UsageRecord a line is compared again; of others a hash of 64 bits is trusted. */
function isPair({ firstText, text, first, second }, code, engine, options) {
  if (first.index !== 0 || second.index !== 0 || !/^\s*\{/.test(firstText) || !/^\s*\{/.test(text)) return true;
  try {
    const both = `[${firstText},${text}]`;
    const { violations, kind, recordCount } = engine.check(both, options);
    if (kind !== "UsageRecords" || recordCount !== 2 || violations.some(({ code: other }) => other === "unknown_member" || other === "missing_member")) return true;
    return violations.some((violation) => violation.code === code);
  } catch {
    return true;
  }
}
