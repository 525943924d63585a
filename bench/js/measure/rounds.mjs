// Interleaved rounds in one process. In each round every subject runs one short burst, so that
// what slows the machine for a while slows all subjects alike. The order is drawn anew for each
// round: what one subject leaves behind (garbage, cold caches) is not always the same one's loss.

const FULL = { rounds: 100, burst: 6, warmUp: 250 };
const QUICK = { rounds: 10, burst: 4, warmUp: 60 };
/** A slow subject's burst is longer than the others', rather than a single call. */
const FEWEST_CALLS = 3;

/**
 * Times of one item of each subject, in milliseconds: an array of samples for each, in order.
 *
 * A subject has `call(i)`, which throws on a wrong answer; `asynchronous` where it is to be
 * awaited; `items`, how many items one call handles (default 1); and `fewest`, its fewest calls
 * a burst.
 */
export async function interleaved(subjects, { quick, rounds, label, progress }) {
  const plan = quick ? QUICK : { ...FULL, rounds: rounds ?? FULL.rounds };
  const counts = [];
  for (const subject of subjects) {
    progress(`${label}: warming up ${subject.name}`);
    const time = await warmedUp(subject, plan.warmUp);
    counts.push(Math.max(subject.fewest ?? FEWEST_CALLS, Math.round(plan.burst / time)));
  }
  const samples = subjects.map(() => []);
  const random = generator();
  for (let round = 0; round < plan.rounds; round++) {
    if (round % Math.ceil(plan.rounds / 4) === 0) progress(`${label}: round ${round} of ${plan.rounds}`);
    for (const which of shuffled(subjects.length, random)) {
      const [subject, count] = [subjects[which], counts[which]];
      const time = await burst(subject, round * count, count);
      samples[which].push(time / count / (subject.items ?? 1));
    }
  }
  return samples;
}

/** Calls until the engine has had time to optimise; the time of a call at the end. */
async function warmedUp(subject, duration) {
  const end = performance.now() + duration;
  let [count, from, time] = [1, 0, 0];
  do {
    time = await burst(subject, from, count);
    from += count;
    if (time < duration / 20) count *= 2;
  } while (performance.now() < end);
  return time / count;
}

async function burst(subject, from, count) {
  const { call } = subject;
  const end = from + count;
  const start = performance.now();
  if (subject.asynchronous) {
    for (let i = from; i < end; i++) await call(i);
  } else {
    for (let i = from; i < end; i++) call(i);
  }
  return performance.now() - start;
}

/** The numbers below `length` in an order of the generator's choice (Fisher and Yates). */
export function shuffled(length, random) {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The same sequence in every run: a linear congruential generator of 32 bits. */
export function generator() {
  let state = 20261121;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
