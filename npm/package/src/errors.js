// Every error this package throws, and nothing else. Callers act on the class and the
// `code`; messages are for people.

/** What all errors of this package have in common. */
export class MeterproofError extends Error {
  /** @type {string} */
  code;

  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

/** The token is refused. Carries what was found and what was expected, where there is one. */
export class VerifyError extends MeterproofError {
  constructor({ code, message, expected, actual, remedy }) {
    super(code, message);
    assignPresent(this, { expected, actual, remedy });
  }
}

/** A public key is refused. */
export class KeyError extends MeterproofError {
  constructor({ code, message, publicKeyVersion }) {
    super(code, message);
    assignPresent(this, { publicKeyVersion });
  }
}

/** An argument is wrong: the calling code has to change, not the data. */
export class ConfigurationError extends MeterproofError {
  constructor({ code, message }, options) {
    super(code, message, options);
  }
}

/** The WebAssembly engine stopped. No input is known to cause it; see the README. */
export class EngineError extends MeterproofError {
  constructor(code, message, options) {
    super(code, message, options);
  }
}

// Names survive minifiers, which rename classes. The package's two entries are files that stand
// alone, with these classes in each: by a symbol that both know, `instanceof` takes the errors of
// one for those of the other.
for (const [name, type] of Object.entries({
  MeterproofError,
  VerifyError,
  KeyError,
  ConfigurationError,
  EngineError,
})) {
  const known = Symbol.for(`meterproof.${name}`);
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, known, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(error) {
      // A caller's own subclass knows its own instances alone.
      return this === type ? error?.[known] === true : isDerived(this, error);
    },
  });
}

const isDerived = (type, error) => Function.prototype[Symbol.hasInstance].call(type, error);

const byKind = {
  verify: VerifyError,
  key: KeyError,
  configuration: ConfigurationError,
};

/** The error that the engine describes as `{"kind": …, "code": …, "message": …}`. */
export function fromEngine(description) {
  return new byKind[description.kind](description);
}

function assignPresent(error, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== undefined && value !== null) error[name] = value;
  }
}
