/** The middle value; of an even number the mean of the middle two. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median and minimum of times in milliseconds per item, as whole nanoseconds. */
export function nanoseconds(samples) {
  return {
    unit: "ns",
    median: Math.round(median(samples) * 1e6),
    min: Math.round(Math.min(...samples) * 1e6),
    rounds: samples.length,
  };
}

/** The slope of the least-squares line through `[x, y]` points. */
export function slope(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
