// One line a check, and a sum at the end.

let passed = 0;
let failed = 0;

/** Runs a check. One that throws has failed. */
export async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.stack}`);
  }
}

/** Prints the sum, and makes the process fail when a check has. */
export function summary() {
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
