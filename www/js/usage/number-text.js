// Numbers as they are written, changed without changing their value: no digit passes through a float.

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A number without exponent, without zeros it does not need; null where the text is no number. */
export function plainNumber(text) {
  const parts = NUMBER.exec(text);
  if (!parts) return null;
  const [, sign, units, fraction = "", exponent = "0"] = parts;
  const power = Number(exponent);
  const digits = units + fraction;
  const point = units.length + power;
  const padded = point > 0 ? digits.padEnd(point, "0") : "0".repeat(1 - point) + digits;
  const at = Math.max(point, 1);
  const whole = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const rest = padded.slice(at).replace(/0+$/, "");
  const value = rest === "" ? whole : `${whole}.${rest}`;
  return value === "0" ? "0" : sign + value;
}

/** As a whole quantity of AWS's, or null: the value must be one already. */
export function wholeNumber(text) {
  const plain = plainNumber(text);
  return plain !== null && /^\d{1,10}$/.test(plain) && Number(plain) <= 2_147_483_647 ? plain : null;
}

/** As a decimal quantity of AWS's, or null. */
export function decimalNumber(text) {
  const plain = plainNumber(text);
  return plain !== null && /^\d{1,10}(\.\d{1,6})?$/.test(plain) ? plain : null;
}
