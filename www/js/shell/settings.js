// What a link may carry: how to judge, never what is judged.

/** Name, its form in a link, and the values that are taken; anything else is left out. */
const KINDS = {
  product: /^[-A-Za-z0-9]{1,64}$/,
  versions: /^[1-9]\d{0,9}(,[1-9]\d{0,9}){0,9}$/,
  leeway: /^\d{1,5}$/,
  rules: /^(current|2024|2019)$/,
  dimensions: /^[-A-Za-z0-9_. ]{1,100}(,[-A-Za-z0-9_. ]{1,100}){0,49}$/,
  asOf: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/,
};

// Short tokens fit the form of a list of dimensions: what begins like a JWS stays out of every link.
const JWS = /(?:^|[, ])ey[\w-]+\.[\w-]*\./;

const isTaken = (name, text) => Object.hasOwn(KINDS, name) && KINDS[name].test(text) && !JWS.test(text);

/**
 * The settings of the page: texts by name. `get(name)` answers "" where nothing is set; `set(name, text)` keeps what may
 * stand in a link and forgets the rest; `onChange(task)` runs when a link was opened or a
 * pasted text brought settings along.
 */
export function createSettings() {
  const values = new Map();
  const tasks = new Set();
  return {
    get: (name) => values.get(name) ?? "",
    set(name, text) {
      if (isTaken(name, text)) values.set(name, text);
      else values.delete(name);
    },
    onChange: (task) => tasks.add(task),
    /** Sets several and tells everybody. */
    apply(given) {
      for (const [name, text] of Object.entries(given)) this.set(name, text);
      for (const task of tasks) task();
    },

    /** Takes over the settings of a link's fragment: "#usage?rules=2019&product=…". */
    read(fragment) {
      const at = fragment.indexOf("?");
      if (at < 0) return;
      this.apply(Object.fromEntries(new URLSearchParams(fragment.slice(at + 1))));
    },

    /** The fragment that brings another reader to the same view with the same settings. */
    fragment(view) {
      const set = new URLSearchParams(Object.keys(KINDS).filter((name) => values.has(name)).map((name) => [name, values.get(name)]));
      return values.size > 0 ? `#${view}?${set}` : `#${view}`;
    },
  };
}
