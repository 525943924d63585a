// The suite in a worker of a page.

import * as full from "./node_modules/meterproof/index.js";
import * as verify from "./node_modules/meterproof/verify.js";

import { onWord } from "./at-once.js";
import data from "./data.js";

onWord(globalThis, { full, verify, data, ready: "init" });
