import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isChange, Pipeline } from '../support/pipeline.ts';

describe('each state of the row has its outcome', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = await Pipeline.startUndisturbed();
  });
  afterEach(() => pipeline.stop());

  /** Changes the row in the moment before the recorder's write. */
  const beforeRecording = (action: () => Promise<unknown>) =>
    pipeline.engine.faults.inject('events:PutEvents', { nth: 2, action: async () => void (await action()) });
  const recorderEnds = () => pipeline.invocations('UriRecorder', 1);

  test('given a row without a URI, it is written', async () => {
    await pipeline.register('test4');
    expect((await pipeline.recorded('test4')).s3_bucket_uri?.S).toMatch(/^s3:\/\/siutest4-/);
  });

  test('given a row that is gone, nothing is written, and that is counted and logged', async () => {
    beforeRecording(() =>
      pipeline.dynamodb.send(new DeleteItemCommand({ TableName: pipeline.table, Key: { userId: { S: 'test4' } } })),
    );
    await pipeline.register('test4');
    await recorderEnds();
    await pipeline.waitFor('the metric', ({ hop, line }) => hop === 'log' && String(line).includes('"RowsGone"'));

    expect(await pipeline.row('test4')).toBeUndefined();
    expect(pipeline.entries((entry) => isChange(entry, 'INSERT', 'test4'))).toHaveLength(1);
    const line = pipeline.entries(({ hop, line }) => hop === 'log' && String(line).includes('the user is gone'))[0];
    expect(JSON.parse(String(line?.line))).toMatchObject({ level: 'WARN', userId: 'test4' });
    expect(pipeline.entries(({ outcome }) => outcome === 'items-failed')).toEqual([]);
  });

  test('given a row with another URI, it is kept, and the event ends in the dead-letter queue', async () => {
    beforeRecording(() => pipeline.setAttribute('test4', 's3_bucket_uri', 's3://somewhere-else'));
    await pipeline.register('test4');
    for (let receive = 1; receive <= 5; receive++) {
      await pipeline.failures('UriRecorder', receive);
      await pipeline.redeliver();
    }
    await pipeline.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');

    expect((await pipeline.row('test4'))?.s3_bucket_uri).toEqual({ S: 's3://somewhere-else' });
    const [line] = pipeline.logLines('event not handled');
    expect(line).toMatchObject({ userId: 'test4', retryable: false });
    expect(line?.problem).toMatch(/s3:\/\/somewhere-else/);
    expect(await pipeline.messages(pipeline.output('UriRecorderDlqUrl'))).toHaveLength(1);
  });

  test('given a row with the same URI, the event is done with', async () => {
    await pipeline.register('test4');
    const row = await pipeline.recorded('test4');
    const [created] = pipeline.entries(({ detailType }) => detailType === 'BucketCreated');
    await pipeline.put('bucket-service', 'BucketCreated', created?.detail as object);
    await pipeline.invocations('UriRecorder', 2);

    expect(await pipeline.row('test4')).toEqual(row);
    expect(pipeline.entries((entry) => isChange(entry, 'MODIFY', 'test4'))).toHaveLength(1);
    expect(pipeline.entries(({ outcome }) => outcome === 'items-failed')).toEqual([]);
  });
});
