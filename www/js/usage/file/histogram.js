import { h, plural, s, show } from "../../shell/dom.js";
import { HOUR, minute, moment } from "../../shell/time.js";
import { flagLine, flagWords, flags } from "../flags.js";
import { anchor, axis, domain, extent, pictureWidth, scale, tickWords, ticks } from "../timeline-scale.js";
import { KEYS, zoomable } from "../zoomable.js";

const HEIGHT = 150;
const NARROWEST = 5;
const SPANS = [1, 2, 3, 6, 12, 24, 48, 7 * 24, 28 * 24];
const FATES = [["accepted", "Accepted"], ["repeated", "Equal to an earlier one"], ["conflict", "Conflict with an earlier one"], ["rejected", "Rejected"]];
const ROWS = 500;

/** How the records of a file lie in time: `update({ hours, elsewhere, timeless, window, now, monthCloses, width })`. */
export function histogramPanel(place) {
  let data = null;
  const drawing = zoomable({ draw: (view) => histogram({ ...data, view, width: pictureWidth(data.width) }) });
  return {
    update(next) {
      data = next !== null && next.hours.length > 0 ? next : null;
      if (data === null) {
        show(place);
        return;
      }
      const times = data.hours.map(([hour]) => hour);
      const home = domain(data.window, data.now, times);
      drawing.fit(home, extent(home, [...times, times.at(-1) + HOUR]));
      const undrawn = data.timeless + data.elsewhere;
      show(place, h("section", { class: "panel", "aria-label": "Records by hour" },
        h("h3", {}, "Records by hour", h("span", { class: "count" }, `accepted: ${minute(data.window.oldest)} to ${minute(data.window.newest)}`)),
        drawing.steering, drawing.frame, drawing.readout,
        h("ul", { class: "legend plain", "aria-label": "Signs" }, FATES.map(([name, words]) =>
          h("li", {}, s("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, s("rect", { class: `bar ${name}`, x: 1, y: 1, width: 14, height: 14 })), words))),
        h("p", { class: "hint" }, KEYS),
        undrawn > 0 ? h("p", { class: "hint" }, `${plural(undrawn, "record")} without a readable time, or too far off, ${undrawn === 1 ? "is" : "are"} not drawn.`) : null,
        h("details", {
          ontoggle: ({ currentTarget }) => {
            if (currentTarget.open && !currentTarget.querySelector("table")) currentTarget.append(...hoursTable(data.hours));
          },
        }, h("summary", {}, "The same as a table"))));
    },
    resize(width) {
      if (data === null || width === 0) return;
      data.width = width;
      drawing.draw();
    },
  };
}

function histogram({ hours, window, now, monthCloses, view, width }) {
  const { left, plot } = axis(width);
  const at = scale(view, left, plot);
  const x = (ms) => at(ms).x;
  const flagged = flags({ view, now, window, monthCloses }, x, left, plot);
  const [top, bottom] = [flagged.height, flagged.height + HEIGHT];
  const bars = binned(hours, view, plot);
  const most = bars.reduce((best, { total }) => Math.max(best, total), 1);
  const marks = bars.map((bar) => mark(bar, { x, top, bottom, most }));
  const total = hours.reduce((sum, [, ...counts]) => sum + counts.reduce((a, b) => a + b), 0);
  const picture = s("svg", {
    class: "timeline histogram", viewBox: `0 0 ${width} ${bottom + 24}`, width, height: bottom + 24, role: "group",
    "aria-label": `${plural(total, "record")} in ${plural(hours.length, "hour")}, from ${moment(hours[0][0])} to ${moment(hours.at(-1)[0] + HOUR)}. Accepted from ${minute(window.oldest)} to ${minute(window.newest)}.`,
  },
  s("defs", {},
    s("pattern", { id: "file-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 6 })),
    s("pattern", { id: "rejected-hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)" },
      s("rect", { class: "rejected-ground", width: 4, height: 4 }), s("line", { class: "rejected-line", x1: 0, y1: 0, x2: 0, y2: 4 }))),
  s("g", { "aria-hidden": "true" },
    s("rect", { class: "file-refused", x: left, y: top, width: plot, height: HEIGHT }),
    s("rect", { class: "window", x: x(window.oldest), y: top, width: Math.max(1, x(window.newest) - x(window.oldest)), height: HEIGHT }),
    s("text", { x: left - 6, y: top + 10, "text-anchor": "end" }, digits.format(most)),
    s("text", { x: left - 6, y: bottom, "text-anchor": "end" }, "0"),
    ticks(view, plot, 58).map((ms) => [
      s("line", { class: "tick", x1: x(ms), x2: x(ms), y1: top, y2: bottom }),
      s("text", { x: x(ms), y: bottom + 16, "text-anchor": anchor(x(ms), left, plot) }, tickWords(ms)),
    ]),
    flagged.placed.map((flag) => flagLine(flag, bottom)),
    flagged.placed.map(flagWords)),
  marks.map(({ element }) => element));
  return { picture, marks: marks.length > 0 ? [marks] : [], width };
}

/** Hours, or as many of them together as a bar needs to be seen. */
function binned(hours, view, plot) {
  const perHour = (HOUR / (view.to - view.from)) * plot;
  const span = (SPANS.find((count) => count * perHour >= NARROWEST) ?? SPANS.at(-1)) * HOUR;
  const bars = new Map();
  for (const [hour, ...counts] of hours) {
    const from = Math.floor(hour / span) * span;
    if (from + span <= view.from || from >= view.to) continue;
    const bar = bars.get(from) ?? { from, to: from + span, counts: [0, 0, 0, 0], total: 0 };
    counts.forEach((count, index) => {
      bar.counts[index] += count;
      bar.total += count;
    });
    bars.set(from, bar);
  }
  return [...bars.values()];
}

function mark({ from, to, counts, total }, { x, top, bottom, most }) {
  const said = FATES.map(([, name], index) => [counts[index], name.toLowerCase()]).filter(([count]) => count > 0);
  const words = `${moment(from)} to ${moment(to)}: ${plural(total, "record")}; ${said.map(([count, name]) => `${digits.format(count)} ${name}`).join(", ")}.`;
  const [start, width] = [x(from) + 0.5, Math.max(1.5, x(to) - x(from) - 1)];
  let y = bottom;
  const parts = counts.map((count, index) => {
    if (count === 0) return null;
    // Few among many are still seen.
    const height = Math.max(2, (count / most) * (bottom - top - 4));
    y -= height;
    return s("rect", { class: `bar ${FATES[index][0]}`, x: start, y, width, height });
  });
  return {
    x: start, words, keys: [from], time: from,
    element: s("g", { "data-mark": true, role: "img", "aria-label": words, tabindex: -1 }, s("title", {}, words),
      s("rect", { class: "bar-room", x: start - 1, y: top, width: width + 2, height: bottom - top }), parts),
  };
}

function hoursTable(hours) {
  const body = h("tbody", {});
  const more = h("button", { type: "button", class: "more", onclick: () => grow() });
  const grow = () => {
    const from = body.childElementCount;
    body.append(...hours.slice(from, from + ROWS).map(([hour, ...counts]) => h("tr", {},
      h("th", { scope: "row" }, moment(hour)), counts.map((count) => h("td", { class: "number" }, digits.format(count))))));
    more.hidden = body.childElementCount === hours.length;
    more.textContent = `Show ${Math.min(ROWS, hours.length - body.childElementCount)} more`;
  };
  grow();
  return [h("div", { class: "table-wrap", tabindex: "0", role: "group", "aria-label": "Table of hours" },
    h("table", {}, h("caption", {}, "Records by the hour they are billed in. Times are UTC."),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Hour"), FATES.map(([, words]) => h("th", { scope: "col", class: "number" }, words)))),
      body)), more];
}

const digits = new Intl.NumberFormat("en");
