// The suite in an edge function: bundled as Vercel does.

import * as full from "meterproof";
import * as verify from "meterproof/verify";

import { run } from "./cases/suite.js";
import data from "./data.js";

addEventListener("fetch", (event) => {
  event.respondWith(
    run({ full, verify, data, ready: "import" }).then((result) => new Response(JSON.stringify(result))),
  );
});
