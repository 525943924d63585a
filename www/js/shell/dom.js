// Elements are made with text nodes and attributes only: nothing pasted is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. `props`: `class`, `on…` handlers, anything else is an attribute; null and false leave it out. */
export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);

/** An SVG element, made the same way. */
export const s = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

const ICONS = {
  pass: "M4 12.5l5.2 5.2L20 7",
  fail: "M6 6l12 12M18 6L6 18",
  warn: "M12 3.5L2.5 20h19zM12 10v4.5M12 17.4v.1",
  skipped: "M5 12h14",
  wait: "M12 7v5l3.5 2M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
};

/** A small drawing that repeats the word beside it. */
export const icon = (name) =>
  s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));

/** Icon and word of a state. */
export const state = (name, word) => h("span", { class: `state ${name}` }, icon(name.split(" ")[0]), word);

/** The banner on top of a result. */
export const verdict = (name, title, ...lines) =>
  h("div", { class: `verdict ${name}` }, icon(name), h("div", {}, h("h3", {}, title), lines.map((line) => h("p", {}, line))));

/** Runs `task` once the calls have paused for `milliseconds`. */
export function debounce(task, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, milliseconds);
  };
}

/** Tells a polite live region, after the typing has settled, and only what is new. */
export function announcer(region) {
  let wanted = "";
  const speak = debounce(() => {
    if (region.textContent !== wanted) region.textContent = wanted;
  }, 500);
  return (text) => {
    wanted = text;
    speak();
  };
}

/** Replaces what a container shows; `details` that were open (by `data-key`) stay open. */
export function show(container, ...children) {
  const open = new Set([...container.querySelectorAll("details[open][data-key]")].map((item) => item.dataset.key));
  container.replaceChildren(...children.flat(Infinity).filter(Boolean));
  for (const item of container.querySelectorAll("details[data-key]")) if (open.has(item.dataset.key)) item.open = true;
}

/** The last of the elements that describe a field. */
export const describing = (input) => byId(input.getAttribute("aria-describedby").split(" ").at(-1));

/** Shows or clears the error of one field. */
export function fieldError(input, message) {
  describing(input).textContent = message ?? "";
  input.ariaInvalid = message ? "true" : null;
}

// Names that start a message keep their spelling.
const NAMES = new Set(["alg", "b64", "crit", "exp", "iat", "nbf", "nonce", "typ"]);

/** A message of the library as a sentence: its first word with a capital, unless it is a name. */
export function asSentence(message) {
  const first = /^[a-z]+(?![\w.])/.exec(message)?.[0];
  const start = first && !NAMES.has(first) ? message[0].toUpperCase() + message.slice(1) : message;
  return /[.!?:]$/.test(start) ? start : `${start}.`;
}

const digits = new Intl.NumberFormat("en");

export const plural = (count, one, many = `${one}s`) => `${digits.format(count)} ${count === 1 ? one : many}`;
