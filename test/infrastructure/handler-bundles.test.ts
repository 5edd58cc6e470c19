import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const BUNDLES = pathToFileURL(join(import.meta.dirname, '..', '..', 'cdk', 'handler-bundles.ts')).href;

/** In a process of its own: esbuild refuses to run among Jest's globals. */
const SCRIPT = `
  const [, folder, bundles] = process.argv;
  const { bundleHandlers } = await import(bundles);
  const handler = { name: 'broken', folder, handlerFile: folder + '/handler.ts' };
  await bundleHandlers([handler]).catch(({ name, message }) => console.log(JSON.stringify({ name, message })));
`;

test('given a handler with a syntax error, it is refused by file and line, without a stack', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'broken-handler-'));
  try {
    await writeFile(join(folder, 'handler.ts'), 'export const handler = async () => {};\nconst = 1;\n');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      SCRIPT,
      folder,
      BUNDLES,
    ]);
    const { name, message } = JSON.parse(stdout);
    expect(name).toBe('ConfigError');
    expect(message).toMatch(/handler\.ts:2: Expected identifier/);
    expect(message.split('\n')).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
