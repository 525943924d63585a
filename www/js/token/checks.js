import { asSentence, h, plural, state, verdict } from "../shell/dom.js";

const LABELS = {
  length: "Length",
  wrapper: "Response around the token",
  segments: "Three segments",
  encoding: "Canonical base64url",
  header: "Header is strict JSON",
  algorithm: "Algorithm is PS256",
  type: "Type",
  critical: "No critical extensions",
  payload: "Payload is strict JSON",
  claims: "Claims and their types",
  key: "Public key version is trusted",
  signature: "Signature",
  product_code: "Product code",
  nonce: "Nonce",
  issued_at: "Time of issue",
};

const WORDS = { pass: "Pass", fail: "Fail", skipped: "Skipped", wait: "Waiting" };

const label = (name) => LABELS[name] ?? name;

/** The checks as the page shows them: those that need an input not given yet wait instead of failing. */
export function judge(diagnosis, waiting) {
  const checks = diagnosis.checks.map((check) =>
    waiting.has(check.name) ? { name: check.name, status: "wait", remedy: waiting.get(check.name) } : check);
  const failed = checks.filter((check) => check.status === "fail");
  const outcome = failed.length > 0 ? "refused" : waiting.size > 0 ? "waiting" : diagnosis.verdict;
  return { outcome, checks, failed };
}

/** What a screen reader hears: the verdict in one sentence. */
export function summary({ outcome, checks, failed }) {
  const passed = checks.filter((check) => check.status === "pass").length;
  const counts = `${passed} of ${plural(checks.length, "check")} passed`;
  if (outcome === "verified") return `Verified: ${counts}.`;
  if (outcome === "waiting") return `Not judged yet: ${counts}, the others wait for your input.`;
  return `Refused: ${failed.map((check) => label(check.name)).join(", ")}. ${counts}.`;
}

/** The banner: the verdict, its first reason and what to do. */
export function verdictBanner({ outcome, failed }, waiting) {
  if (outcome === "verified") return verdict("pass", "Verified", "Every check passes. This registration can be trusted.");
  if (outcome === "waiting") {
    return verdict("wait", "Not judged yet", `Still needed: ${[...new Set(waiting.values())].join("; ")}.`);
  }
  const first = failed[0];
  const others = failed.length > 1 ? `${plural(failed.length - 1, "more check")} ${failed.length > 2 ? "fail" : "fails"}, see below.` : null;
  return verdict("fail", `Refused: ${label(first?.name ?? "token")}`, ...[first?.remedy && asSentence(first.remedy), others].filter(Boolean));
}

/** The list of checks, in the order in which the verifier makes them. */
export function checkList({ checks }) {
  const count = (status) => checks.filter((check) => check.status === status).length;
  const counts = Object.keys(WORDS).filter((status) => count(status) > 0).map((status) => `${count(status)} ${WORDS[status].toLowerCase()}`);
  return h("section", { class: "panel", "aria-label": "Checks" },
    h("h3", {}, "Checks", h("span", { class: "count" }, counts.join(", "))),
    h("ol", { class: "checks" }, checks.map(item)));
}

function item(check) {
  const failed = check.status === "fail";
  const unproven = check.status === "pass" && check.remedy;
  return h("li", { class: `check ${check.status}`, "data-check": check.name },
    state(unproven ? "pass unproven" : check.status, WORDS[check.status] ?? check.status),
    h("div", { class: "check-body" },
      h("div", { class: "check-title" }, h("span", { class: "check-name" }, label(check.name)), check.code ? h("span", { class: "code" }, ` ${check.code}`) : null),
      failed ? failure(check) : h("div", { class: "check-found" }, quiet(check)),
      check.status === "pass" && check.remedy ? h("div", { class: "check-found whole" }, asSentence(check.remedy)) : null));
}

/** One line for what did not fail. */
function quiet({ status, actual, expected, remedy }) {
  if (status === "wait") return `Waits for ${remedy}.`;
  if (status === "skipped") return remedy ? asSentence(remedy.replace(/^skipped: /, "")) : "Cannot be made after an earlier failure.";
  return actual ?? expected ?? "";
}

function failure({ actual, expected, remedy }) {
  return [
    h("dl", { class: "facts detail" },
      expected !== undefined ? [h("dt", {}, "Expected"), h("dd", { class: "value", translate: "no" }, expected)] : null,
      actual !== undefined ? [h("dt", {}, "Found"), h("dd", { class: "value", translate: "no" }, actual === "" ? "(nothing)" : actual)] : null),
    remedy ? h("p", { class: "remedy" }, h("b", {}, "What to do: "), asSentence(remedy)) : null,
  ];
}
