// The suites that also run in a page.

import { raw } from "./raw.mjs";
import { usage } from "./usage.mjs";
import { verify } from "./verify.mjs";
import { verifyMany } from "./verify-many.mjs";

export const SUITES = { verify, "verify-many": verifyMany, raw, usage };
