// The engine for verification alone.

import { Engine } from "./engine.js";

export const engine = new Engine("verify");
