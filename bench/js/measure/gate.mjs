// Nothing is timed before it is shown to be right.

/** A verifier accepts every good token, and refuses a changed signature and another nonce. */
export async function gateVerifier({ name, verify }, { tokens, nonces, tampered, productCode }) {
  for (const i of [0, 1, tokens.length - 1]) {
    const claims = await answer(name, "refuses a good token", () => verify(tokens[i], nonces[i]));
    if (claims?.productCode !== productCode || claims.nonce !== nonces[i]) {
      throw new Error(`${name} does not answer a good token's claims`);
    }
  }
  await refusal(name, "accepts a changed signature", () => verify(tampered, nonces[0]));
  await refusal(name, "accepts another nonce", () => verify(tokens[0], nonces[1]));
}

/** A bulk verifier accepts all tokens, and refuses a changed one among them, alone. */
export async function gateMany({ name, outcomes }, { tokens, tampered }) {
  const all = await outcomes(tokens);
  if (all.length !== tokens.length || all.includes(false)) {
    throw new Error(`${name} refuses a good token`);
  }
  const mixed = await outcomes(tokens.with(5, tampered));
  if (mixed.some((accepted, i) => accepted !== (i !== 5))) {
    throw new Error(`${name} does not refuse the one changed signature among good ones, alone`);
  }
}

/** A validator accepts the good document and refuses each wrong one. */
export function gateValidator({ name, accepts }, { bytes, wrong }) {
  if (accepts(bytes) !== true) throw new Error(`${name} refuses a good document`);
  wrong.forEach((document, i) => {
    if (accepts(document) !== false) throw new Error(`${name} accepts wrong document ${i}`);
  });
}

/** A public operation answers the number that the reference answers. */
export async function gatePower({ name, power }, signatures, expected) {
  for (const [i, signature] of signatures.entries()) {
    const answered = await power(signature);
    if (answered !== expected[i]) throw new Error(`${name} computes another s^65537 mod n`);
  }
}

async function answer(name, complaint, work) {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`${name} ${complaint}: ${cause}`, { cause });
  }
}

async function refusal(name, complaint, work) {
  try {
    await work();
  } catch {
    return;
  }
  throw new Error(`${name} ${complaint}`);
}
