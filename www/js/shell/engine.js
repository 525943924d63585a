// The one place that names the npm package's file: the copy beside the page.
export { check, createVerifier, init, plan, publicKey, rulesWindow, validate } from "../../meterproof/index.js";
