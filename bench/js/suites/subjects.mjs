/** Sizes of the moduli. */
export const BITS = [2048, 3072, 4096];

/** Makes the subjects; one that answers `null` is not there, and left out. */
export async function subjectsOf(host, factories, inputs) {
  const subjects = [];
  for (const factory of factories) {
    const subject = await factory(host, inputs);
    if (subject !== null) subjects.push(subject);
  }
  return subjects;
}
