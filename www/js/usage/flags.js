import { s } from "../shell/dom.js";
import { clockTime, monthBefore } from "../shell/time.js";
import { monthStarts } from "./timeline-scale.js";

const LANE = 16;

/** Now, the window's beginning and the ends of months, each in the first lane in which its words touch no other's. */
export function flags({ view, now, window, monthCloses }, x, left, plot) {
  const inside = (ms) => ms >= view.from && ms <= view.to;
  const months = monthStarts(view);
  return lanes([
    { kind: "now", at: now, words: `now ${clockTime(now)}` },
    { kind: "window", at: window.oldest, words: left + plot >= 560 ? "accepted from here" : "accepted" },
    ...months.map((ms) => ({ kind: "month", at: ms, words: `${monthBefore(ms)} ends` })),
    ...months.filter(() => monthCloses !== null).map((ms) => ({ kind: "month", at: ms + monthCloses, words: `${monthBefore(ms)} closes` })),
  ].filter(({ at }) => inside(at)).map((flag) => ({ ...flag, x: x(flag.at) })), left, plot);
}

/** Words turn inwards at the right edge. */
function lanes(all, left, plot) {
  const taken = [];
  const placed = all.map((flag) => {
    const length = flag.words.length * 7.2 + 8;
    const turned = flag.x + length > left + plot;
    const [from, to] = turned ? [flag.x - length, flag.x] : [flag.x, flag.x + length];
    let lane = 0;
    while ((taken[lane] ?? []).some(([start, end]) => from < end && to > start)) lane += 1;
    (taken[lane] ??= []).push([from, to]);
    return { ...flag, turned, y: lane * LANE + 12 };
  });
  return { placed, height: Math.max(1, taken.length) * LANE + 6 };
}

export const flagLine = ({ kind, x, y }, bottom) => (kind === "window" ? null : s("line", { class: kind, x1: x, x2: x, y1: y - 9, y2: bottom }));

export const flagWords = ({ kind, x, y, words, turned }) =>
  s("text", { class: `flag ${kind}-label`, x: turned ? x - 5 : x + 5, y, "text-anchor": turned ? "end" : "start" }, words);
