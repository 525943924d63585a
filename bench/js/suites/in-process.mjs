// All suites; two of them need what a page has not.

import { cold } from "./cold.mjs";
import { grow } from "./grow.mjs";
import { SUITES } from "./index.mjs";

export const IN_PROCESS = { ...SUITES, cold, grow };
