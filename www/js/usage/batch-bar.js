import { s } from "../shell/dom.js";

// The limits of one request (BatchMeterUsage reference): 25 records, less than 1 MB.
const MOST_RECORDS = 25;
const MOST_BYTES = 1_048_576;
const [WIDTH, CELL, HEIGHT] = [250, 10, 22];

/** One request against its limits: a cell for each record, a line below for the bytes. */
export function batchBar(records, bytes) {
  const share = Math.max(1, Math.round((bytes / MOST_BYTES) * WIDTH));
  return s("svg", {
    class: "batch-bar", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img",
    "aria-label": `${records} of ${MOST_RECORDS} records, ${percent(bytes)} of 1 MB`,
  },
  Array.from({ length: MOST_RECORDS }, (_, index) =>
    s("rect", { class: index < records ? "cell full" : "cell", x: index * CELL + 0.5, y: 0.5, width: CELL - 2, height: 13, rx: 1.5 })),
  s("rect", { class: "bytes-room", x: 0, y: 17, width: WIDTH, height: 4, rx: 2 }),
  s("rect", { class: "bytes", x: 0, y: 17, width: share, height: 4, rx: 2 }));
}

const percent = (bytes) => {
  const value = (bytes / MOST_BYTES) * 100;
  return value < 1 ? "less than 1 %" : `${Math.round(value)} %`;
};
