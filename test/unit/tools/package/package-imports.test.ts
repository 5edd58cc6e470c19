import { describe, expect, test } from '@jest/globals';
import { importsOf, packageOf, renameImportsOfSources } from '../../../../tools/package/compiled-files.ts';

describe('the imports of compiled code', () => {
  test.each([
    ["import { a } from 'some-package';", ['some-package']],
    ["import {\n  a,\n  b,\n} from './near.js';", ['./near.js']],
    ["import './effect.js';", ['./effect.js']],
    ["export { a } from './a.js';\nexport * from 'other';", ['./a.js', 'other']],
    ["import type { A } from 'types-only';", ['types-only']],
    ['const b = await import("late");', ['late']],
    ['export declare const a: import("@scope/name/deep").A;', ['@scope/name/deep']],
  ])('are found in %j', (code, expected) => {
    expect(importsOf(code)).toEqual(expected);
  });

  test.each([
    " * import { a } from 'an-example';",
    `const banner = "import { createRequire } from 'node:module';";`,
    "export const a = 1;\nconst from = 'nowhere';",
    "export const name = 'a';\n// taken from 'elsewhere'",
  ])('are not found in %j', (code) => {
    expect(importsOf(code)).toEqual([]);
  });

  test('that name sources are renamed, and those of packages are not', () => {
    const code =
      "import { a } from './a.ts';\nexport * from '../b.v1.ts';\nimport { c } from 'package/c.ts';\n// './a.ts'";
    expect(renameImportsOfSources(code)).toBe(
      "import { a } from './a.js';\nexport * from '../b.v1.js';\nimport { c } from 'package/c.ts';\n// './a.ts'",
    );
  });
});

test.each([
  ['constructs', 'constructs'],
  ['aws-cdk-lib/aws-events', 'aws-cdk-lib'],
  ['@middy/core', '@middy/core'],
  ['@aws-lambda-powertools/logger/middleware', '@aws-lambda-powertools/logger'],
])('%s is of the package %s', (imported, expected) => {
  expect(packageOf(imported)).toBe(expected);
});
