// The first verification of this process by one subject: prints nanoseconds. Started by
// suites/cold.mjs; what the engine needs to start is not counted, what is imported is.

const { subject, input, packageUrl } = JSON.parse(process.argv[2]);
const start = process.hrtime.bigint();
const { first } = await import(`./${subject}.mjs`);
const claims = await first(input, packageUrl);
const time = process.hrtime.bigint() - start;
if (claims.productCode !== input.productCode || claims.nonce !== input.nonces[0]) {
  throw new Error(`${subject} does not answer the token's claims`);
}
process.stdout.write(String(time));
