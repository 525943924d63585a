// One line of a file, read again from where it begins.

const STEP = 64 * 1024;
const LONGEST = 1024 * 1024;

/** The text of the line that begins at `offset`, cut where it is longer than can be shown. */
export async function lineAt(file, offset) {
  for (let length = STEP; ; length *= 4) {
    const bytes = new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    const end = bytes.indexOf(10);
    if (end < 0 && length < LONGEST && offset + length < file.size) continue;
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }
}
