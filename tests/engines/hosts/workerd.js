// The suite in a Worker of Cloudflare's: bundled as wrangler does.

import * as full from "meterproof";
import * as verify from "meterproof/verify";

import { run } from "./cases/suite.js";
import data from "./data.js";

export default {
  async fetch() {
    return Response.json(await run({ full, verify, data, ready: "import" }));
  },
};
