import { scriptUrl } from "../../shell/scripts.js";

/**
 * Has a file judged in a thread of its own. `hear` gets what the thread answers, by its name: `progress`, `done`,
 * `failed`, `downloading`, `download`, `notWritten`.
 */
export function fileJob(file, options, hear) {
  const worker = new Worker(scriptUrl("./js/usage/worker.js"), { type: "module", name: "file" });
  worker.addEventListener("message", ({ data }) => {
    const [[name, given]] = Object.entries(data);
    hear[name](given);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    hear.failed(`The file could not be judged: ${event.message || "the browser did not start the thread"}.`);
  });
  const { productCode: product, ...rules } = options;
  worker.postMessage({ judge: { file, options: rules, product } });
  return {
    cancel: () => worker.postMessage({ cancel: true }),
    download: (kind) => worker.postMessage({ download: kind }),
    end: () => worker.terminate(),
  };
}
