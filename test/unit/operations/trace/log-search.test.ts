import {
  CloudWatchLogsClient,
  type FilterLogEventsCommandInput,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from '@jest/globals';
import { searchLogsOf } from '../../../../operations/trace/log-search.ts';

/** A client that answers so, and what it was asked. */
function clientThat(answer: (input: FilterLogEventsCommandInput) => object) {
  const asked: FilterLogEventsCommandInput[] = [];
  const send = async ({ input }: { input: FilterLogEventsCommandInput }) => {
    asked.push({ ...input });
    return answer(input);
  };
  const client = new CloudWatchLogsClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { search: searchLogsOf(Object.assign(client, { send })), asked };
}

const line = (eventId: string, timestamp: number) => ({ eventId, timestamp, message: `message ${eventId}` });

test('given several pages, empty ones among them, and several patterns, then each line is found once, in order of time', async () => {
  const { search, asked } = clientThat(({ filterPattern, nextToken }) => {
    if (filterPattern === 'two') return { events: [line('a', 2), line('c', 1)] };
    if (nextToken === undefined) return { events: [], nextToken: 'more' };
    return { events: [line('a', 2), line('b', 3)] };
  });
  const found = await search('group', ['one', 'two'], 0);
  expect(found?.map(({ id, at, message }) => [id, at, message])).toEqual([
    ['c', 1, 'message c'],
    ['a', 2, 'message a'],
    ['b', 3, 'message b'],
  ]);
  expect(asked).toHaveLength(3);
  expect(asked[0]).toEqual({ logGroupName: 'group', filterPattern: 'one' });
});

test('given a time, then it is asked for from there on', async () => {
  const { search, asked } = clientThat(() => ({ events: [] }));
  await search('group', ['one'], 1234);
  expect(asked).toEqual([{ logGroupName: 'group', filterPattern: 'one', startTime: 1234 }]);
});

test('given a group that is not there, then nothing is found, and any other error is thrown', async () => {
  const gone = new ResourceNotFoundException({ message: 'The specified log group does not exist.', $metadata: {} });
  const failing = (error: Error) =>
    clientThat(() => {
      throw error;
    }).search('group', ['one'], 0);
  await expect(failing(gone)).resolves.toBeUndefined();
  await expect(failing(new Error('AccessDenied'))).rejects.toThrow('AccessDenied');
});
