import { overHttp, testGate } from "./support/cases.mjs";
import { engine, install, script } from "./support/example.mjs";
import { startServer } from "./support/process.mjs";
import { PRODUCT, PUBLIC_KEYS } from "./support/tokens.mjs";

testGate("bun-server", async () => {
  const folder = install("bun-server");
  const [program, ...words] = script(folder, "start").split(" ");
  const environment = { PRODUCT_CODE: PRODUCT, PUBLIC_KEYS: JSON.stringify(PUBLIC_KEYS), PORT: "0" };
  return overHttp(await startServer(engine(program), words, { cwd: folder, environment }));
});
