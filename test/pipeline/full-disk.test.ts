import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { makeDataFolder } from '../support/data-folder.ts';
import { Pipeline } from '../support/pipeline.ts';

let data: ReturnType<typeof makeDataFolder>;
let pipeline: Pipeline;
const start = () => Pipeline.start({ assemblies: [undisturbedAssembly()], dataFolder: data.folder });

beforeEach(async () => {
  data = makeDataFolder();
  pipeline = await start();
});
afterEach(async () => {
  await pipeline.stop();
  data.remove();
});

test('given a disk that is full, calls are refused with what to do, and a start with room has all that was acknowledged', async () => {
  await pipeline.register('alice');
  await pipeline.recorded('alice');
  const failed = new Promise<string>((resolve) => pipeline.engine.onFailure(({ message }) => resolve(message)));
  const { db } = pipeline.engine.services.storage;
  const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
  db.exec(`PRAGMA max_page_count = ${pages}`);

  const acknowledged: string[] = [];
  const filling = async () => {
    for (let user = 0; user < 1000; user++) {
      await pipeline.register(`user-${user}`, { attributes: { note: { S: 'x'.repeat(20_000) } } });
      acknowledged.push(`user-${user}`);
    }
  };
  const full = `The disk of ${data.folder} is full: database or disk is full. Free some space`;
  await expect(filling()).rejects.toThrow(full);
  expect(await failed).toContain(full);
  await expect(pipeline.row('alice')).rejects.toThrow(full);

  await pipeline.stop();
  pipeline = await start();
  for (const user of ['alice', ...acknowledged])
    expect((await pipeline.recorded(user)).s3_bucket_uri?.S).toMatch(/^s3:/);
});
