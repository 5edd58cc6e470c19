import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testsOf } from '../../../../tools/mutation/reach.ts';

const from = (name: string) => `import { x } from '${name}';`;
const lazily = (name: string) => `const x = await import('${name}');`;
const FILES = {
  'src/measured/source.ts': 'export const x = 1;',
  'src/measured/index.ts': from('./source.ts'),
  'src/user/source.ts': from('../measured/index.ts'),
  'test/direct.test.ts': from('../src/measured/source.ts'),
  'test/index.test.ts': from('../src/measured/index.ts'),
  'test/lazy.test.ts': lazily('../src/measured/source.ts?2'),
  'test/world.ts': from('../src/measured/source.ts'),
  'test/shared.test.ts': from('./world.ts'),
  'test/helper.ts': 'export const load = (name: string) => import(name);',
  'test/made.test.ts': from('./helper.ts'),
  'test/user.test.ts': from('../src/user/source.ts'),
  'test/type.test.ts': "import type { x } from '../src/measured/source.ts';",
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mutation-reach-'));
  for (const [file, code] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), code);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

test('tests of a source load its folder: directly, through what they share, or by a name that they make', () => {
  const tests = Object.keys(FILES).filter((file) => file.endsWith('.test.ts'));
  expect(testsOf(['src/measured/source.ts'], tests, root)).toEqual([
    'test/direct.test.ts',
    'test/index.test.ts',
    'test/lazy.test.ts',
    'test/shared.test.ts',
    'test/made.test.ts',
  ]);
});
