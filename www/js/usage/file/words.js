const digits = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "235.4 MB", in powers of ten as file managers count. */
export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  const [size, unit] = count < 1e6 ? [1e3, "kB"] : count < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${digits.format(count / size)} ${unit}`;
}

export const number = (count) => digits.format(count);
