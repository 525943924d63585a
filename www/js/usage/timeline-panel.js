import { h, plural, show } from "../shell/dom.js";
import { minute } from "../shell/time.js";
import { legend } from "./marks.js";
import { recordsTable } from "./records-table.js";
import { timeline } from "./timeline.js";
import { domain, extent, pictureWidth } from "./timeline-scale.js";
import { KEYS, zoomable } from "./zoomable.js";

/**
 * The records of a judged text on the time axis. `update({ points, undrawn, window, now, monthCloses, width })` shows
 * others; `onRecord(index)`: a mark was chosen.
 */
export function timelinePanel(place, onRecord) {
  let data = null;
  const drawing = zoomable({
    draw: (view) => timeline({ ...data, view, width: pictureWidth(data.width) }),
    onChoose: onRecord,
  });
  return {
    update(next) {
      data = next !== null && next.points.length > 0 ? next : null;
      if (data === null) {
        show(place);
        return;
      }
      const times = data.points.map(({ timestamp }) => timestamp);
      const home = domain(data.window, data.now, times);
      const { hiddenRows } = drawing.fit(home, extent(home, times));
      show(place, h("section", { class: "panel", "aria-label": "Records on the time axis" },
        h("h3", {}, "Records on the time axis", h("span", { class: "count" }, `accepted: ${minute(data.window.oldest)} to ${minute(data.window.newest)}`)),
        drawing.steering,
        drawing.frame,
        drawing.readout,
        legend(data.points),
        h("p", { class: "hint" }, `${KEYS} Enter shows the record in the text.`),
        hiddenRows > 0 ? h("p", { class: "hint" }, `${plural(hiddenRows, "more row")} in the table below.`) : null,
        data.undrawn > 0 ? h("p", { class: "hint" }, `${plural(data.undrawn, "record")} without a readable time ${data.undrawn === 1 ? "is" : "are"} not drawn.`) : null,
        tableDetails(data.points)));
    },
    /** The same records in another width. */
    resize(width) {
      if (data === null || width === 0) return;
      data.width = width;
      drawing.draw();
    },
  };
}

/** The table is made when it is first opened. */
const tableDetails = (points) => h("details", {
  "data-key": "table",
  ontoggle: ({ currentTarget }) => {
    if (currentTarget.open && !currentTarget.querySelector("table")) currentTarget.append(...recordsTable(points));
  },
}, h("summary", {}, "The same as a table"));
