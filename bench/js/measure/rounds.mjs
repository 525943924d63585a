// Interleaved rounds in one process. In each round every subject runs one short burst, so that
// what slows the machine for a while slows all subjects alike. The order is drawn anew for each
// round: what one subject leaves behind (garbage, cold caches) is not always the same one's loss.

const FULL = { burst: 5, warmUp: [120, 60] };
const QUICK = { burst: 4, warmUp: [60, 30], rounds: 10 };
const FEWEST_ROUNDS = 5;

/** A slow subject's burst is longer than the others', rather than a single call. */
const FEWEST_CALLS = 3;
/** A subject whose burst would be longer than the others' takes part in every fourth round. */
const SPARSE = 4;

/**
 * Times of one item of each subject, in milliseconds: an array of samples for each, in order.
 *
 * A subject has `call(i)`, which throws on a wrong answer; `asynchronous` where it is to be
 * awaited; `items`, how many items one call handles (default 1); and `everyRound`, with which
 * it runs at least one call in each round, however long that takes.
 */
export async function interleaved(host, subjects, { rounds, label }) {
  const plan = host.quick ? QUICK : FULL;
  const total = plan.rounds ?? Math.max(FEWEST_ROUNDS, Math.round(rounds * host.share));
  const bursts = await planned(host, subjects, plan, label);
  const random = generator();
  const samples = subjects.map(() => []);
  for (let round = 0; round < total; round++) {
    if (round % Math.ceil(total / 4) === 0) host.progress(`${label}: round ${round} of ${total}`);
    for (const which of shuffled(subjects.length, random)) {
      const [subject, { count, every }] = [subjects[which], bursts[which]];
      if (round % every !== 0) continue;
      const time = await burst(subject, round * count, count);
      samples[which].push(time / count / (subject.items ?? 1));
    }
  }
  return samples;
}

/**
 * How many calls a burst of each subject has, and in which rounds it takes part.
 *
 * Warms up twice: engines optimise in the background, and what the first pass asked for is there
 * in the second, which takes the time.
 */
async function planned(host, subjects, plan, label) {
  const times = [];
  for (const duration of plan.warmUp) {
    for (const [i, subject] of subjects.entries()) {
      host.progress(`${label}: warming up ${subject.name}`);
      times[i] = await warmedUp(subject, duration);
    }
  }
  return subjects.map(({ everyRound }, i) => {
    const count = Math.max(everyRound ? 1 : FEWEST_CALLS, Math.round(plan.burst / times[i]));
    const every = !everyRound && times[i] * count > 1.5 * plan.burst ? SPARSE : 1;
    return { count, every };
  });
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
