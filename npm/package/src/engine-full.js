// The engine for everything this package does.

import { Engine } from "./engine.js";

export const engine = new Engine("check");
