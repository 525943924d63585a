import { byId, h, show, verdict } from "../shell/dom.js";
import { tokenSample } from "./sample.js";

/** The buttons that load a sample; making its key takes a moment, and says so. */
export function sampleButtons({ results, announce }, load) {
  for (const kind of ["good", "bad"]) {
    const button = byId(`token-sample-${kind}`);
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      show(results, verdict("wait", "Making an RSA-3072 key for the sample…"));
      announce("Making a key for the sample.");
      try {
        load(await tokenSample(kind));
      } catch (error) {
        show(results, h("p", { class: "notice" }, `No sample: ${error.message}`));
      } finally {
        button.removeAttribute("aria-disabled");
      }
    });
  }
}
