import { clockField } from "../shell/clock.js";
import { byId, fieldError } from "../shell/dom.js";

// What a link may carry of them, by the settings' names.
const SHARED = { rules: "rules", product: "product", dimensions: "dimensions" };

/** The form of rules. `read()` answers the options, or null while the moment is none; `onChange` hears of any change. */
export function optionsForm(settings, onChange) {
  const form = byId("usage-form");
  const field = { rules: byId("usage-rules"), product: byId("usage-product"), dimensions: byId("usage-dimensions") };
  const share = () => {
    for (const [name, setting] of Object.entries(SHARED)) settings.set(setting, field[name].value.trim());
    settings.set("asOf", moment.value.trim());
  };
  const changed = () => {
    share();
    onChange();
  };
  const clock = clockField(form.querySelector("[data-clock]"), changed);
  const moment = form.querySelector("#usage-now");
  const take = () => {
    for (const [name, setting] of Object.entries(SHARED)) if (settings.get(setting) !== "") field[name].value = settings.get(setting);
    if (settings.get("asOf") !== "") moment.value = settings.get("asOf");
  };
  take();
  settings.onChange(() => {
    take();
    onChange();
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  const fields = { invalid_dimensions: field.dimensions, invalid_product_code: field.product };

  return {
    isLive: () => clock.isLive(),
    read() {
      const now = clock.read();
      if (now === null) return null;
      const names = field.dimensions.value.split(",").map((name) => name.trim()).filter(Boolean);
      return {
        rules: field.rules.value, now,
        dimensions: names.length > 0 ? names : undefined,
        productCode: field.product.value.trim() || undefined,
      };
    },
    clear({ rules = field.rules.value } = {}) {
      field.rules.value = rules;
      field.product.value = field.dimensions.value = "";
      clock.clear();
      share();
    },
    /** Shows a problem at the field it is about, if it is about one; null clears all. */
    complain(problem) {
      for (const input of Object.values(fields)) fieldError(input, null);
      if (problem && fields[problem.code]) fieldError(fields[problem.code], problem.words);
    },
  };
}
