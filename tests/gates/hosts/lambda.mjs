// Runs a function as Lambda's Node.js runtime does: the handler that `LAMBDA_TASK_ROOT` and
// `_HANDLER` name, one event at a time, the answer as JSON. Events come over the channel to the
// process that started this one; standard output is the function's log.

import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

const [file, name] = process.env._HANDLER.split(".");
const { [name]: handler } = await import(pathToFileURL(`${process.env.LAMBDA_TASK_ROOT}/${file}.js`));

process.on("message", async (event) => {
  try {
    const answer = await handler(JSON.parse(event), { awsRequestId: randomUUID(), functionVersion: "1" });
    process.send({ answer: JSON.stringify(answer) });
  } catch (error) {
    process.send({ error: `${error.name}: ${error.message}` });
  }
});
process.send({ ready: true });
