// Amounts come as decimal texts and stay texts: grouped for reading, and turned into numbers for pixels alone.

/** "1234567.5" as "1,234,567.5": the same digits, nothing rounded. */
export function grouped(text) {
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(text) ?? [null, "", text, ""];
  return sign.replace("-", "−") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest;
}

/** For places in a drawing: never shown. */
export const pixels = (text) => Number.parseFloat(text);

export const isZero = (text) => /^-?0+(\.0+)?$/.test(text);
export const isNegative = (text) => text.startsWith("-") && !isZero(text);
export const unsigned = (text) => text.replace(/^-/, "");
