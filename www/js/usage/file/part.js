/** The part of the view that judges files: its modules are loaded with the first file. */
export function filePart(section, given) {
  let loading = null;
  let part = null;
  // A file that was closed, or another one that was opened, while the modules were on their way.
  let wanted = null;
  return {
    async open(file) {
      wanted = file;
      loading ??= import("./check.js").then(({ fileCheck }) => { part = fileCheck(section, given); });
      await loading;
      if (wanted === file) part.open(file);
    },
    close() {
      wanted = null;
      part?.close();
    },
    resize: () => part?.resize(),
  };
}
