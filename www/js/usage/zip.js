// A ZIP file of small texts, stored as they are (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.16).

const encoder = new TextEncoder();
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
// Version 2.0; names in UTF-8; no compression; 1980-01-01, so that equal contents give equal files.
const COMMON = [[20, 2], [0x0800, 2], [0, 2], [0, 2], [0x21, 2]];

/** `files`: `[name, text]`, at most 65,535 of them and 4 GB in all. */
export function zip(files) {
  const parts = [];
  const central = [];
  let at = 0;
  for (const [name, text] of files) {
    const [path, body] = [encoder.encode(name), encoder.encode(text)];
    const facts = [...COMMON, [crc32(body), 4], [body.length, 4], [body.length, 4], [path.length, 2], [0, 2]];
    const head = bytes([[LOCAL, 4], ...facts]);
    parts.push(head, path, body);
    central.push(bytes([[CENTRAL, 4], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), path);
    at += head.length + path.length + body.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0);
  const end = bytes([[END, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]]);
  return new Blob([...parts, ...central, end], { type: "application/zip" });
}

/** Little-endian numbers of so many bytes. */
function bytes(fields) {
  const result = [];
  for (const [value, length] of fields) for (let at = 0; at < length; at += 1) result.push((value >>> (8 * at)) & 0xff);
  return Uint8Array.from(result);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum that ZIP keeps of each file. */
export function crc32(content) {
  let value = 0xffffffff;
  for (const byte of content) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
