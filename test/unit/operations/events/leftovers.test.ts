import { describe, expect, test } from '@jest/globals';
import { removeLeftovers } from '../../../../operations/events/temporary-queue.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';

const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
const BUS = { busName: 'main', busArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/main' };
const OLD = 'pipeline-events-20261122T070000Z-aaaaa';
const YOUNG = 'pipeline-events-20261122T085900Z-bbbbb';

/** The tags of a queue, by its name. */
type Tags = Readonly<Record<string, Readonly<Record<string, string>>>>;

function tags(until: string, bus = BUS.busArn) {
  return { 'pipeline-events:bus': bus, 'pipeline-events:in-use-until': until };
}

/** An account with these rules on the bus and these queues. */
function account(rules: string[], queues: Tags) {
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  return new FakeAws({
    ListRules: ({ NextToken }) =>
      NextToken
        ? { Rules: rules.slice(1).map((Name) => ({ Name })) }
        : { Rules: rules.slice(0, 1).map((Name) => ({ Name })), NextToken: 'more' },
    ListQueues: ({ NextToken }) => {
      const urls = Object.keys(queues).map((name) => `https://sqs/1/${name}`);
      return NextToken ? { QueueUrls: urls.slice(1) } : { QueueUrls: urls.slice(0, 1), NextToken: 'more' };
    },
    ListQueueTags: ({ QueueUrl }) => ({ Tags: queues[nameOf(QueueUrl)] }),
    CancelReplay: () => {
      throw awsError('ResourceNotFoundException');
    },
    RemoveTargets: () => ({}),
    DeleteRule: () => ({}),
    DeleteQueue: () => ({}),
  });
}

function removed(aws: FakeAws) {
  return {
    rules: aws.inputs('DeleteRule').map(({ Name }) => Name),
    queues: aws.inputs('DeleteQueue').map(({ QueueUrl }) => QueueUrl.split('/').at(-1)),
  };
}

describe('what a killed command has left behind', () => {
  test('is removed: its replay, its rule and its queue', async () => {
    const aws = account([OLD], { [OLD]: tags('2026-11-22T08:59:59Z') });
    aws.answer('CancelReplay', () => ({}));
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([OLD]);
    expect(removed(aws)).toEqual({ rules: [OLD], queues: [OLD] });
    expect(aws.inputs('CancelReplay')).toEqual([{ ReplayName: OLD }]);
    const operations = aws.calls.map(([operation]) => operation);
    expect(operations.indexOf('CancelReplay')).toBeLessThan(operations.indexOf('DeleteRule'));
  });

  test('is removed if it was killed before it had a rule', async () => {
    const aws = account([], { [OLD]: tags('2026-11-22T08:00:00Z') });
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([OLD]);
    expect(removed(aws).queues).toEqual([OLD]);
  });

  test('is removed if only its rule is left', async () => {
    const aws = account([OLD], {});
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([OLD]);
    expect(removed(aws)).toEqual({ rules: [OLD], queues: [] });
  });

  test('is found over all pages', async () => {
    const others = ['c', 'd'].map((letter) => `pipeline-events-20261122T06000${letter === 'c' ? 0 : 1}Z-${letter}`);
    const queues = Object.fromEntries([OLD, ...others].map((name) => [name, tags('2026-11-22T08:00:00Z')]));
    const aws = account([OLD, ...others], queues);
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([...others, OLD].sort());
  });
});

describe('what is in use stays', () => {
  test.each<[string, string[], Tags]>([
    ['however old it is', [OLD], { [OLD]: tags('2026-11-22T09:00:01Z') }],
    ['while its queue is still being made', [YOUNG], {}],
    ['if it is of another bus', [], { [OLD]: tags('2026-11-22T07:00:00Z', `${BUS.busArn}-2`) }],
    ['if nobody says whose it is', [], { [OLD]: {} }],
    ['if its name is not one of ours', ['pipeline-events-of-mine'], {}],
  ])('%s', async (_, rules, queues) => {
    const aws = account(rules, queues);
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([]);
    expect(removed(aws)).toEqual({ rules: [], queues: [] });
  });

  test('and a queue that goes away just then is no failure', async () => {
    const aws = account([], { [YOUNG]: {} });
    aws.answer('ListQueueTags', () => {
      throw awsError('QueueDoesNotExist');
    });
    expect(await removeLeftovers(aws.clients, BUS, NOW)).toEqual([]);
  });
});
