const SCRIPT = `const { readFileSync, writeFileSync } = require("fs");
const [from, to, file] = process.argv.slice(1);
writeFileSync(file, readFileSync(file, "utf8").replace(from, () => to));`;

/** The command of an editor in which a person would replace a text; for `EDITOR`. Neither text has a single quote. */
export function editorThatReplaces(from: string, to: string): string {
  return `"${process.execPath}" -e '${SCRIPT}' -- '${from}' '${to}'`;
}
