// Holds the engines' results against each other, and draws the table.

/** Most failures of one engine that are told in full. */
const MOST_TOLD = 10;

/**
 * A verdict for each row, `{ cases, complaints }`: no complaint where every case passed, in the page or
 * process and in each of its workers, as many as anywhere else, with the same answers as anywhere else.
 */
export function judge(rows) {
  const counts = rows.flatMap(({ result }) => (result?.passed === undefined ? [] : [total(result)]));
  const most = Math.max(0, ...counts);
  const answers = new Map();
  for (const { result } of rows) {
    if (result?.answers !== undefined) answers.set(result.answers, (answers.get(result.answers) ?? 0) + 1);
  }
  const usual = [...answers].sort(([, a], [, b]) => b - a)[0]?.[0];
  return rows.map((row) => verdict(row, most, usual));
}

function verdict({ name, absent, result }, most, usual) {
  if (absent !== undefined) return { cases: "absent", complaints: [`${name} is absent: ${absent}`] };
  if (result.passed === undefined) return { cases: "stopped", complaints: [`${name} stopped: ${result.stopped}`] };
  const complaints = shortfalls(result, most, usual).map((text) => `${name}: ${text}`);
  const workers = result.workers ?? [];
  if (workers.length === 0) complaints.push(`${name}: no workers ran`);
  for (const [at, worker] of workers.entries()) {
    const texts = worker.passed === undefined ? [`stopped: ${worker.stopped}`] : shortfalls(worker, most, usual);
    // What fails alone mostly fails beside others too: that is not told again.
    const news = texts.filter((text) => !complaints.includes(`${name}: ${text}`));
    complaints.push(...news.map((text) => `${name}, worker ${at + 1}: ${text}`));
  }
  return { cases: `${result.passed} of ${most}`, complaints };
}

function shortfalls(result, most, usual) {
  const told = result.failures.slice(0, MOST_TOLD).map(({ name, message }) => `${name}: ${message}`);
  const untold = result.failures.length - told.length;
  if (untold > 0) told.push(`and ${untold} more cases failed`);
  if (total(result) !== most) told.push(`it has ${total(result)} cases, others have ${most}`);
  if (result.answers !== usual) told.push(`its answers (${result.answers}) are not those of the others (${usual})`);
  return told;
}

const total = ({ passed, failures }) => passed + failures.length;

/** Engine, version, cases passed, workers at once, the answers' hash, seconds. */
export function table(rows, verdicts) {
  const head = ["engine", "version", "cases passed", "in workers at once", "answers", "seconds"];
  const lines = rows.map(({ name, version, result, seconds }, at) => {
    const workers = result?.workers?.map(({ passed }) => passed ?? "stopped").join(" + ");
    return [name, version, verdicts[at].cases, workers, result?.answers, seconds?.toFixed(1)].map((cell) => cell ?? "–");
  });
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => line[at].length)));
  const draw = (line) => `  ${line.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd()}`;
  return [draw(head), draw(widths.map((width) => "-".repeat(width))), ...lines.map(draw)].join("\n");
}
