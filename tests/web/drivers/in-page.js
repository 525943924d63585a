// What runs in the page by itself: each function is sent as its text.

/** Fills fields, as typing does, and waits until a selector's text is as wanted; answers that text. */
export function fillAndWait(fields, selector, pattern) {
  for (const [id, value] of Object.entries(fields)) {
    const field = document.getElementById(id);
    field.value = value;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  const wanted = new RegExp(pattern);
  const said = () => document.querySelector(selector)?.textContent ?? "";
  return new Promise((resolve, reject) => {
    const look = () => {
      const text = said();
      if (!wanted.test(text)) return;
      watch.disconnect();
      clearTimeout(limit);
      resolve(text);
    };
    const watch = new MutationObserver(look);
    const limit = setTimeout(() => {
      watch.disconnect();
      reject(new Error(`${selector} says "${said()}", not ${pattern}`));
    }, 60_000);
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
}

/** By how much the page is wider than the window. */
export const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

export const focusOn = (selector) => document.querySelector(selector).focus();
