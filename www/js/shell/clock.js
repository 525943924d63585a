import { fieldError, h } from "./dom.js";
import { readMoment } from "./time.js";

/**
 * The field that says as of when to judge: empty means the present moment.
 * `read()` returns milliseconds, or null while the field holds no moment.
 */
export function clockField(place, onChange) {
  const id = `${place.dataset.clock}-now`;
  const input = h("input", {
    id, type: "text", placeholder: "now", spellcheck: "false", autocapitalize: "off", autocomplete: "off", translate: "no",
    "aria-describedby": `${id}-hint ${id}-error`,
  });
  place.append(
    h("label", { for: id }, "Judge as of"),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, "Empty: now. Or a moment such as ", h("code", { translate: "no" }, "2026-12-01T05:59:00Z"), "."),
    h("p", { class: "field-error", id: `${id}-error` }),
  );
  input.addEventListener("input", onChange);

  return {
    isLive: () => input.value.trim() === "",
    clear: () => { input.value = ""; },
    read() {
      const text = input.value.trim();
      const now = text === "" ? Math.floor(Date.now() / 1000) * 1000 : readMoment(text);
      fieldError(input, now === null ? "Write the date, the time and the offset, such as 2026-12-01T05:59:00Z." : null);
      return now;
    },
  };
}
