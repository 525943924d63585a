// Peers have no bulk call: a loop for the synchronous ones; for the asynchronous ones all promises
// at once, so that the engine may use every core.

/** A synchronous verifier in a loop. */
export const inLoop = (factory) => async (host, expected) => {
  const { name, note, verify } = await factory(host, expected);
  const { nonce } = expected.bulk;
  const accepts = (token) => {
    try {
      verify(token, nonce);
      return true;
    } catch {
      return false;
    }
  };
  return {
    name: `${name} loop(${expected.bulk.tokens.length})`,
    note,
    outcomes: (tokens) => tokens.map(accepts),
    verifyAll(tokens) {
      for (const token of tokens) verify(token, nonce);
    },
  };
};

/** An asynchronous verifier, all tokens under way at once. */
export const atOnce = (factory) => async (host, expected) => {
  const { name, note, verify } = await factory(host, expected);
  const { nonce } = expected.bulk;
  return {
    name: `${name.replace(" sequential", "")} Promise.all(${expected.bulk.tokens.length})`,
    note: `${note.replace(", awaited one by one", "")}; may use every core`,
    asynchronous: true,
    outcomes: (tokens) =>
      Promise.all(tokens.map((token) => verify(token, nonce).then(() => true, () => false))),
    verifyAll: (tokens) => Promise.all(tokens.map((token) => verify(token, nonce))),
  };
};
