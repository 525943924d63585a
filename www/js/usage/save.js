import { h } from "../shell/dom.js";

/** Hands a file to the browser's downloads; nothing leaves the machine. */
export function saveFile(name, content, type = "application/json") {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A button that copies a text and says so. */
export function copyButton(body, label = "Copy") {
  const said = h("span", { role: "status", class: "hint" });
  return [h("button", {
    type: "button",
    async onclick() {
      try {
        await navigator.clipboard.writeText(body);
        said.textContent = "Copied.";
      } catch {
        said.textContent = "The browser did not allow it: select the text instead.";
      }
    },
  }, label), said];
}
