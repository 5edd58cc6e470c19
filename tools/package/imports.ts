/**
 * Import and export statements as the compiler prints them, which may run over lines, and `import(…)` wherever it
 * stands: in declarations that is a type.
 */
const IMPORTS = /(^(?:import|export)\b[^'";]*\bfrom ['"]|^import ['"]|\bimport\(['"])([^'"]+)(?=['"])/gm;

/** What compiled code imports, as written: relative paths and names of packages. */
export function importsOf(code: string): string[] {
  return [...code.matchAll(IMPORTS)].map(([, , name = '']) => name);
}

/** Relative imports of `.ts` become imports of the `.js` that is compiled of it. */
export function renameImportsOfSources(code: string): string {
  return code.replaceAll(IMPORTS, (statement, before: string, name: string) =>
    name.startsWith('.') ? before + name.replace(/\.ts$/, '.js') : statement,
  );
}

/** `@scope/name/deep` and `name/deep` are of the packages `@scope/name` and `name`. */
export function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
