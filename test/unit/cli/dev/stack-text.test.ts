import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeChanges, nextSteps } from '../../../../cli/commands/dev/stack-text.ts';
import type { StackChange } from '../../../../packages/local-engine/index.ts';

const ofFunction = (logicalId: string, change: StackChange['change']): StackChange => ({
  stack: 'user-bucket-pipeline-dev',
  logicalId,
  type: 'AWS::Lambda::Function',
  change,
});

test.each<[string, readonly StackChange[], string]>([
  ['a function with new code', [ofFunction('UriRecorderFunction8C3F47C9', 'changed')], 'uri-recorder reloaded'],
  [
    'two functions with new code, which share a file',
    [ofFunction('BucketServiceFunction0A1B2C3D', 'changed'), ofFunction('UriRecorderFunction8C3F47C9', 'changed')],
    'bucket-service, uri-recorder reloaded',
  ],
  [
    'a new subscriber with all of its resources, one that is gone, and a rule of somebody else',
    [
      ofFunction('WelcomeEMailFunction00000000', 'added'),
      { ...ofFunction('WelcomeEMailQueue00000000', 'added'), type: 'AWS::SQS::Queue' },
      ofFunction('AuditFunction00000000', 'removed'),
      { ...ofFunction('UriRecorderRule00000000', 'changed'), type: 'AWS::Events::Rule' },
      { ...ofFunction('Dashboard00000000', 'changed'), type: 'AWS::CloudWatch::Dashboard' },
    ],
    'welcome-e-mail added, audit removed, 1 other resource changed',
  ],
  [
    'the dashboard alone',
    [{ ...ofFunction('Dashboard00000000', 'changed'), type: 'AWS::CloudWatch::Dashboard' }],
    '1 other resource changed',
  ],
  [
    'resources of no subscriber',
    [{ ...ofFunction('EventBusBus00000000', 'added'), type: 'AWS::Events::EventBus' }],
    '1 other resource changed',
  ],
])('given %s, when the update is told, then by the subscribers’ names', (_case, changes, expected) => {
  expect(describeChanges(changes)).toBe(expected);
});

const stack = {
  name: 'app-dev',
  outputs: {
    UsersTableName: 'users',
    UserIdAttribute: 'userId',
    BucketServiceDlqUrl: 'http://127.0.0.1:4566/1/dlq',
    EventBusName: 'bus',
  },
};

/** The commands as a shell takes them: what it would run, word by word. */
function commandsIn(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => /^ {2}(aws|npx) /.test(line))
    .map((line) => {
      const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line.trim().replaceAll(/\$\(([^)]*)\)/g, 'READ')}`]);
      return words.toString().split('\0').slice(0, -1);
    });
}

test('the commands to try next are whole: nothing is to be filled in, and a shell reads them as they are meant', () => {
  const commands = commandsIn(
    nextSteps({ endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', stack, bucketUri: 's3://siutest4' }),
  );
  const endpoint = ['aws', '--endpoint-url', 'http://127.0.0.1:4566'];
  const row = JSON.stringify({ userId: { S: 'dave' } });
  expect(commands).toEqual([
    ['npx', 'pipeline', 'register', 'carol', '--wait'],
    [
      ...[...endpoint, 'dynamodb', 'put-item', '--table-name', 'users', '--item', row],
      // A second put would erase the URI, and be no registration.
      ...['--condition-expression', 'attribute_not_exists(#id)', '--expression-attribute-names', '{"#id":"userId"}'],
    ],
    [
      ...[...endpoint, 'dynamodb', 'get-item', '--table-name', 'users', '--key', row],
      ...['--query', 'Item.s3_bucket_uri.S', '--output', 'text'],
    ],
    [...endpoint, 's3api', 'list-buckets', '--query', 'Buckets[].Name'],
    [...endpoint, 's3', 'cp', 'package.json', 's3://siutest4/'],
    [...endpoint, 'events', 'put-events', '--entries', expect.stringContaining('"EventBusName":"bus"')],
    [...endpoint, 'sqs', 'receive-message', '--queue-url', 'http://127.0.0.1:4566/1/dlq'],
  ]);
});

test('they name another port, and read the URI of a bucket where none is known', () => {
  const text = nextSteps({ endpoint: 'http://127.0.0.1:5000', region: 'eu-west-1', stack });
  expect(text).toContain('npx pipeline register carol --wait --port 5000\n');
  expect(text).toContain('export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=eu-west-1');
  expect(commandsIn(text)).toContainEqual(expect.arrayContaining(['cp', 'package.json', 'READ/']));
});
