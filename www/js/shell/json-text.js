/**
 * JSON text with line breaks and indents, and otherwise exactly as written: members keep their order,
 * a name that stands twice stays twice, numbers keep their digits. Text that is no JSON comes through readable too.
 */
export function indent(text) {
  let out = "";
  let depth = 0;
  let inString = false;
  const line = () => `\n${"  ".repeat(Math.max(depth, 0))}`;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      out += char;
      if (char === "\\") out += text[(at += 1)] ?? "";
      else if (char === '"') inString = false;
    } else if (char === '"') {
      inString = true;
      out += char;
    } else if (char === "{" || char === "[") {
      const empty = /^\s*[}\]]/.exec(text.slice(at + 1, at + 40));
      depth += 1;
      out += empty ? char : char + line();
    } else if (char === "}" || char === "]") {
      depth -= 1;
      out += /[{[]$/.test(out) ? char : line() + char;
    } else if (char === ",") {
      out += char + line();
    } else if (char === ":") {
      out += ": ";
    } else if (!/\s/.test(char)) {
      out += char;
    }
  }
  return out;
}
