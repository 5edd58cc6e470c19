import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEngine } from '../../packages/local-engine/engine.ts';
import { undisturbedAssembly } from '../support/assembly.ts';
import { changedAssembly, ofType } from '../support/changed-assembly.ts';
import { makeDataFolder } from '../support/data-folder.ts';
import { isChange, isEvent, Pipeline } from '../support/pipeline.ts';

let data: ReturnType<typeof makeDataFolder>;
let running: Pipeline | undefined;

beforeEach(() => {
  data = makeDataFolder();
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  data.remove();
});

/** Starts the pipeline over the folder, after the one before has stopped. */
async function restart(): Promise<Pipeline> {
  await running?.stop();
  running = await Pipeline.startUndisturbed({ dataFolder: data.folder });
  return running;
}

/** A promise that a test settles, for a call that is held up until then. */
const never = () => new Promise<void>(() => {});

describe('given a data folder', () => {
  test('when a registration is complete, all of it is there after a restart, and nothing happens once more', async () => {
    const before = await restart();
    await before.register('test4');
    const row = await before.recorded('test4');
    await before.invocations('UriRecorder', 1);
    const [buckets, entries] = [await before.buckets(), before.engine.journal.entries().length];
    const arns = [...before.engine.services.streams.keys()];
    const after = await restart();
    expect(await after.row('test4')).toEqual(row);
    expect(await after.buckets()).toEqual(buckets);
    expect([...after.engine.services.streams.keys()]).toEqual(arns);
    expect(after.engine.journal.entries().length).toBeGreaterThan(entries);
    expect(after.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(1);
    await after.register('next');
    await after.recorded('next');
    const numbers = after.entries(({ hop }) => hop === 'stream-record').map(({ sequenceNumber }) => sequenceNumber);
    expect(numbers).toEqual([...numbers].sort());
    expect(after.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(2);
  });

  test.each(
    [
      { hop: 'the pipe has delivered', operation: 'events:PutEvents' },
      { hop: 'the rule has delivered', operation: 'sqs:SendMessage' },
      { hop: 'the bucket is made', operation: 's3:CreateBucket' },
      { hop: 'the URI is recorded', operation: 'dynamodb:UpdateItem' },
    ].flatMap((it) => [
      { ...it, when: 'before' as const },
      { ...it, when: 'after' as const },
    ]),
  )('when it is stopped $when $hop, the registration is completed after a restart', async ({ operation, when }) => {
    const before = await restart();
    const reached = new Promise<void>((resolve) => {
      before.engine.faults.inject(operation, {
        when,
        action: () => {
          resolve();
          return never();
        },
      });
    });
    await before.register('test4');
    await reached;
    const after = await restart();
    expect(await after.recorded('test4')).toHaveProperty('s3_bucket_uri');
    expect(await after.buckets()).toHaveLength(1);
    expect(after.entries((entry) => isEvent(entry, 'UserRegistered'))).toHaveLength(1);
    expect(after.entries((entry) => isChange(entry, 'MODIFY', 'test4'))).toHaveLength(1);
    for (const dlq of ['PipeDlqUrl', 'BucketServiceDlqUrl', 'UriRecorderDlqUrl']) {
      expect(await after.messages(after.output(dlq))).toEqual([]);
    }
  });

  test('when it is stopped in the midst of many calls, what was acknowledged is there, and completed', async () => {
    const before = await restart();
    const acknowledged: string[] = [];
    const puts = Array.from({ length: 60 }, async (_, n) => {
      await before.register(`user-${n}`);
      acknowledged.push(`user-${n}`);
      if (acknowledged.length === 20) await before.engine.stop();
    });
    await Promise.allSettled(puts);
    const after = await restart();
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    for (const userId of acknowledged) expect(await after.recorded(userId)).toHaveProperty('s3_bucket_uri');
  });

  test('when another engine uses it, a second one is refused, and the first goes on', async () => {
    const first = await restart();
    const second = startEngine({ assemblies: [undisturbedAssembly()], port: 0, dataFolder: data.folder });
    await expect(second).rejects.toThrow(`${data.folder} is in use by another engine.`);
    await first.register('test4');
    expect(await first.recorded('test4')).toHaveProperty('s3_bucket_uri');
  });

  test('when a start is refused for its template, the folder is as it was', async () => {
    const before = await restart();
    await before.register('test4');
    const row = await before.recorded('test4');
    await before.stop();
    running = undefined;
    const broken = await changedAssembly();
    await broken.change((resources) => {
      Object.assign(ofType(resources, 'AWS::Events::Rule', 'BucketService'), { EventPattern: { source: [] } });
    });
    const refused = startEngine({ assemblies: [broken.folder], port: 0, dataFolder: data.folder });
    await expect(refused).rejects.toThrow(/BucketServiceRule/);
    await broken.remove();
    const after = await restart();
    expect(await after.row('test4')).toEqual(row);
    expect(after.entries((entry) => isEvent(entry, 'BucketCreated'))).toHaveLength(1);
  });
});
