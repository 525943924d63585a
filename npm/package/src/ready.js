// What loads the engine where the import has done so already.

/**
 * Resolves at once: the engine is ready after the import. It is here so that code written for the
 * browser runs unchanged.
 */
export async function init() {}

/** Does nothing, for the same reason. */
export function initSync() {}
