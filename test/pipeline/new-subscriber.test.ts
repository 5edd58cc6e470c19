import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import { Pipeline } from '../support/pipeline.ts';
import { ProjectCopy } from '../support/project-copy.ts';

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await ProjectCopy.create();
});
afterAll(() => copy.remove());

// scaffold.slow.test.ts lints, type-checks and edits what is written.
test('given a subscriber as pipeline new writes it, when a user signs up, it gets its event', async () => {
  const written = await copy.run('node', ['cli/main.ts', 'new', 'subscriber', 'tried-log', '--on', 'BucketCreated']);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  const assembly = join(copy.folder, 'cdk.out');
  await synthesize({ folder: copy.folder, outdir: assembly });
  const pipeline = await Pipeline.start({ assemblies: [assembly] });
  try {
    await pipeline.register('alice');
    const { line } = await pipeline.waitFor('its log line', ({ hop, functionName, line }) => {
      return hop === 'log' && String(functionName).includes('TriedLog') && String(line).includes('decided');
    });
    expect(JSON.parse(String(line))).toMatchObject({
      userId: 'alice',
      decision: expect.stringMatching(/:BucketCreated$/),
    });
  } finally {
    await pipeline.stop();
  }
});
