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
  const rest = withoutLastZeros(padded.slice(at));
  const value = rest === "" ? whole : `${whole}.${rest}`;
  return value === "0" ? "0" : sign + value;
}

/** By a loop: /0+$/ begins anew at each zero of a long row that another digit ends. */
function withoutLastZeros(digits) {
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
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
