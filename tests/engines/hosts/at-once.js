// Several workers that run the suite at the same time, each with an engine of its own.

import { run } from "./cases/suite.js";

const WORKERS = 3;

/** Makes the workers, gives them the word once all are there, and resolves to their results. */
export async function atOnce(make) {
  const workers = Array.from({ length: WORKERS }, make);
  try {
    await Promise.all(workers.map((worker) => next(worker)));
    const results = Promise.all(workers.map((worker) => next(worker)));
    for (const worker of workers) worker.postMessage("go");
    return await results;
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

/** In a worker: says that it is there, and runs the suite at the word. */
export function onWord(port, context) {
  listen(port, async () => {
    try {
      port.postMessage(await run(context));
    } catch (error) {
      port.postMessage({ stopped: `${error?.stack ?? error}` });
    }
  });
  port.postMessage("ready");
}

/** A worker's next message. */
const next = (worker) =>
  new Promise((resolve, reject) => {
    listen(worker, resolve);
    const failed = (error) => reject(new Error(`a worker failed: ${error.message ?? error}`));
    if (worker.once) worker.once("error", failed);
    else worker.addEventListener("error", failed, { once: true });
  });

/** Takes one message from a port of Node or of the web. */
function listen(port, take) {
  if (port.once) port.once("message", take);
  else port.addEventListener("message", ({ data }) => take(data), { once: true });
}
