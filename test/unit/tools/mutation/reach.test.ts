import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testsThatReach } from '../../../../tools/mutation/reach.ts';

const from = (name: string) => `import { x } from '${name}';`;
const lazily = (name: string) => `const x = await import('${name}');`;
const FILES = {
  'src/measured.ts': 'export const x = 1;',
  'src/through.ts': `${from('./measured.ts')}\n${from('node:fs')}`,
  'src/other.ts': 'export const x = 2;',
  'src/any.ts': 'export const load = (name: string) => import(name);',
  'test/direct.test.ts': from('../src/measured.ts'),
  'test/through.test.ts': from('../src/through.ts'),
  'test/lazy.test.ts': lazily('../src/measured.ts?2'),
  'test/type.test.ts': "import type { x } from '../src/measured.ts';",
  'test/other.test.ts': from('../src/other.ts'),
  'test/helper.ts': 'export const load = (name: string) => import(name);',
  'test/made.test.ts': from('./helper.ts'),
  'test/any.test.ts': from('../src/any.ts'),
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

test('a test file reaches what it loads, directly, through others, when it runs, or by a name that it makes', () => {
  const tests = Object.keys(FILES).filter((file) => file.endsWith('.test.ts'));
  expect(testsThatReach(['src/measured.ts'], tests, root)).toEqual([
    'test/direct.test.ts',
    'test/through.test.ts',
    'test/lazy.test.ts',
    'test/made.test.ts',
  ]);
});
