import { afterEach, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly, ofType } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';

let assembly: ChangedAssembly;
let pipeline: Pipeline;
afterEach(async () => {
  await pipeline.stop();
  await assembly.remove();
});

// The fourth view, NEW_AND_OLD_IMAGES, is the one of the table that the stack makes.
test.each(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE'])(
  'given a table whose stream shows %s, a user gets a bucket and its URI',
  async (StreamViewType) => {
    assembly = await changedAssembly((resources) => {
      Object.assign(ofType(resources, 'AWS::DynamoDB::Table').StreamSpecification, { StreamViewType });
    }, undisturbedAssembly());
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
    await pipeline.register('test4', { attributes: { email: { S: 'jane@example.com' } } });
    const row = await pipeline.recorded('test4');
    expect(row.s3_bucket_uri?.S).toMatch(/^s3:\/\/siutest4-/);
    expect(JSON.stringify(pipeline.entries(({ hop }) => hop === 'event'))).not.toContain('jane@');
  },
);
