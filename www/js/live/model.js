// What the server has told so far: a whole scene first, then what changes.

export const STATES = ["open", "frozen", "settled", "held", "conflict", "expired"];

const MOST_SETTLED = 120;
const MOST_LOG = 100;
const MOST_POINTS = 240;
const POINTS_APART = 500;

export function createModel() {
  let scene = null;

  return {
    get scene() { return scene; },

    /** Takes the whole scene. */
    begin(told) {
      scene = { ...told, buckets: new Map(told.buckets.map((bucket) => [bucket.id, bucket])), log: [...told.log], points: told.points.map(point) };
    },

    /** Takes what changed since. */
    change({ buckets = [], log = [], ...members }) {
      if (scene === null) return;
      Object.assign(scene, members);
      for (const bucket of buckets) scene.buckets.set(bucket.id, bucket);
      scene.log.push(...log);
      scene.log.splice(0, scene.log.length - MOST_LOG);
      forget(scene.buckets);
      draw(scene);
    },
  };
}

const point = ([at, now, used, billed]) => ({ at, now, used, billed });

/** The drawing gets a point each half second, and at once when an amount changes. */
function draw({ at, now, totals, points }) {
  if (!totals) return;
  const last = points.at(-1);
  const isNews = !last || last.used !== totals.used || last.billed !== totals.billed;
  if (!isNews && at < last.at + POINTS_APART) return;
  points.push({ at, now, used: totals.used, billed: totals.billed });
  points.splice(0, points.length - MOST_POINTS);
}

/** Settled buckets of long ago are counted by the server, and need not be kept here. */
function forget(buckets) {
  const settled = [...buckets.values()].filter(({ state }) => state === "settled");
  settled.sort((one, other) => one.hour.localeCompare(other.hour));
  for (const { id } of settled.slice(0, -MOST_SETTLED)) buckets.delete(id);
}
