// Usage documents: reports, plans, and the window of acceptance.

import * as argument from "./arguments.js";

const RULES = ["rules", "now"];
const VALIDATION = ["rules", "dimensions", "now"];
const PLANNING = ["rules", "dimensions", "now", "productCode"];

/** Kinds of documents, by the number that the engine has for each. */
const KINDS = ["BatchMeterUsage", "MeterUsage", "UsageRecord", "UsageRecords"];

/** Every violation of AWS's rules in a usage document, and the records that have none. */
export function validate(engine, document, options = {}) {
  const now = prepare(engine, document, options);
  return engine.ask("validate", argument.pass(document, engine), now, countsUtf16(document));
}

/** The same without the records. */
export function check(engine, document, options = {}) {
  const now = prepare(engine, document, options);
  const outcome = engine.call("check", argument.pass(document, engine), now, countsUtf16(document));
  if (outcome === 0) throw engine.error();
  if (outcome === 2) return engine.answer();
  return {
    verdict: "accepted",
    kind: KINDS[engine.reported(0)],
    recordCount: engine.reported(1),
    violations: [],
    unlistedErrors: 0,
    unlistedWarnings: 0,
  };
}

/** The BatchMeterUsage requests that a document's records would be sent in. */
export function plan(engine, document, options = {}) {
  const { productCode, ...rules } = readRules(options, PLANNING);
  const product =
    productCode === undefined
      ? undefined
      : argument.text(productCode, "productCode", "invalid_product_code");
  argument.documentLength(document);
  expectRules(engine, rules);
  expectProduct(engine, product);
  return engine.ask("plan", argument.pass(document, engine), rules.now);
}

/** The times of usage that would be accepted. */
export function rulesWindow(engine, options = {}) {
  const rules = readRules(options, RULES);
  expectRules(engine, rules);
  return engine.ask("rules_window", rules.now);
}

/** Reads all arguments, tells the engine the rules, and answers the time to judge by. */
function prepare(engine, document, options) {
  const rules = readRules(options, VALIDATION);
  argument.documentLength(document);
  expectRules(engine, rules);
  return rules.now;
}

/** The rules and whatever other options are known. */
function readRules(options, known) {
  const { rules, dimensions, now, productCode } = argument.options(options, "the options object", known);
  return {
    edition: rules === undefined ? "current" : argument.text(rules, "rules", "invalid_rules"),
    dimensions: argument.dimensions(dimensions),
    now: argument.now(now),
    productCode,
  };
}

/** Tells the engine the rules, unless it knows. */
function expectRules(engine, { edition, dimensions }) {
  const known = engine.rules;
  if (known.edition === edition && sameTexts(known.dimensions, dimensions)) return;
  const fields = [edition, ...(dimensions ?? [])];
  if (engine.call("rules", engine.writeFields(fields), dimensions !== undefined) === 0) {
    throw engine.error();
  }
  engine.rules = { edition, dimensions };
}

/** Tells the engine the product of planned records that name none, unless it knows. */
function expectProduct(engine, product) {
  if (engine.product === product) return;
  if (product === undefined) engine.call("forget_product");
  else if (engine.call("product", engine.writeText(product)) === 0) throw engine.error();
  engine.product = product;
}

function sameTexts(known, given) {
  if (known === undefined || given === undefined) return known === given;
  return known.length === given.length && known.every((text, at) => text === given[at]);
}

/** A string's offsets are counted as JavaScript counts them. */
function countsUtf16(document) {
  return typeof document === "string";
}
