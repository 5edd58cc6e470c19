import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientSettings } from '../support/client-settings.ts';
import { Pipeline } from '../support/pipeline.ts';

describe("CloudWatch Logs, by AWS's own client", () => {
  let pipeline: Pipeline;
  let logs: CloudWatchLogsClient;
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    logs = new CloudWatchLogsClient(clientSettings(pipeline.engine));
    await pipeline.register('ji');
    await pipeline.recorded('ji');
    await pipeline.waitFor('the last line', ({ hop, line }) => hop === 'log' && String(line).includes('URI recorded'));
  });
  afterAll(async () => {
    logs.destroy();
    await pipeline.stop();
  });

  /** The log group of a service, such as `UriRecorder`. */
  async function groupOf(service: string): Promise<string> {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: service }));
    return logGroups[0]?.logGroupName ?? '';
  }

  test('given the functions, each has its log group, and the engine its own', async () => {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const names = logGroups.map(({ logGroupName = '' }) => logGroupName);
    expect(names).toEqual(expect.arrayContaining([expect.stringContaining('BucketService'), '/local-engine/journal']));
    expect(names).toEqual(names.toSorted());
    expect(logGroups[0]?.logGroupArn).toMatch(/^arn:aws:logs:ap-northeast-1:123456789012:log-group:/);
  });

  test('given a registration, its lines are found by a condition on their JSON', async () => {
    const logGroupName = await groupOf('UriRecorder');
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.userId = "ji" && $.level = "INFO" }' }),
    );
    expect(events.map(({ message = '' }) => JSON.parse(message).message)).toContain('bucket URI recorded');
    expect(events[0]).toMatchObject({
      logStreamName: 'local',
      timestamp: expect.any(Number),
      eventId: expect.any(String),
    });
    const nobody = new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.userId = "nobody" }' });
    expect((await logs.send(nobody)).events).toEqual([]);
  });

  test('given its stream, it is described and read', async () => {
    const logGroupName = await groupOf('UriRecorder');
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toMatchObject([{ logStreamName: 'local', lastEventTimestamp: expect.any(Number) }]);
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName: 'local', limit: 1 }),
    );
    expect(events).toHaveLength(1);
  });

  test('given the journal and the archive, they are read page by page', async () => {
    const search = { logGroupName: '/local-engine/journal', filterPattern: '{ $.hop = "archived" }' };
    const archived = [];
    for await (const page of paginateFilterLogEvents({ client: logs, pageSize: 1 }, search)) {
      archived.push(...(page.events ?? []));
    }
    const archive = String(JSON.parse(archived[0]?.message ?? '{}').archive);
    const request = new FilterLogEventsCommand({ logGroupName: `/local-engine/archive/${archive}` });
    const { events = [] } = await logs.send(request);
    expect(events.map(({ message = '' }) => JSON.parse(message))).toMatchObject([
      { detailType: 'UserRegistered', rules: [expect.stringContaining('BucketService')] },
      { detailType: 'BucketCreated', rules: [expect.stringContaining('UriRecorder')] },
    ]);
    expect(archived).toHaveLength(events.length);
  });

  test('given a group that does not exist, the error is AWS’s', async () => {
    const request = logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/none' }));
    await expect(request).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
