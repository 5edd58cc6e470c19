import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { PipesClient, StartPipeCommand, StopPipeCommand } from '@aws-sdk/client-pipes';
import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ruleOfArn } from '../../operations/deployed/subscribers.ts';
import type { HealthFinding } from '../../operations/doctor/index.ts';
import { type Ended, pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const LEFT_BEHIND = 'pipeline-events-20260101T000000Z-abc';

let pipeline: Pipeline;
let pipes: PipesClient;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  const { endpoint, account } = pipeline.engine;
  pipes = new PipesClient({
    endpoint,
    region: account.region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await pipeline.register('alice');
  await pipeline.recorded('alice');
});
afterAll(async () => {
  pipes.destroy();
  await pipeline.stop();
});

function doctor(...more: string[]): Promise<Ended> {
  return run(['doctor', '--port', pipeline.port, ...more]);
}

/** The warnings and problems, by check and subject. */
function unwell({ stdout }: Ended): Record<string, Omit<HealthFinding, 'check' | 'subject'>> {
  const { findings } = JSON.parse(stdout) as { findings: (HealthFinding & { mend?: string })[] };
  // A fix has its former name as well.
  for (const { fix, mend } of findings) expect(mend).toBe(fix);
  const bad = findings.filter(({ status }) => status !== 'ok');
  return Object.fromEntries(bad.map(({ check, subject, mend: _, ...finding }) => [`${check}: ${subject}`, finding]));
}

const rule = (id: string) => {
  const { bus, name } = ruleOfArn(pipeline.output(`${id}RuleArn`));
  return { EventBusName: bus, Rule: name, Name: name };
};

test('given a healthy pipeline, everything is well', async () => {
  const { exitCode, stdout, stderr } = await doctor();
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('✔  '))).toEqual(['All is well.']);
  const checks = new Set(lines.map((line) => /^✔ {2}(\w+( \w+)*) {2}/.exec(line)?.[1]));
  expect([...checks]).toEqual(
    expect.arrayContaining([
      'stack',
      'pipe',
      'stream',
      'rule',
      'queue',
      'queue wiring',
      'dead letters',
      'archive',
      'replays',
      'bucket quota',
      'schema versions',
      'temporary rules',
    ]),
  );
  expect(stdout).toMatch(/^✔ {2}bucket quota +account +1 of 10,000 buckets, 0%$/m);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(unwell(await doctor('--json'))).toEqual({});
});

test('given a pipeline with something wrong at every place, each is found with the command that fixes it, and is well again after it', async () => {
  const aws = `aws --endpoint-url ${pipeline.engine.endpoint}`;
  const { port } = new URL(pipeline.engine.endpoint);
  const bus = pipeline.output('EventBusName');
  const pipe = pipeline.output('PipeName');
  const recorder = rule('UriRecorder');
  const service = rule('BucketService');
  const { Targets: targets = [] } = await pipeline.events.send(new ListTargetsByRuleCommand(service));
  const [target] = targets;

  // A message that waits for longer than it should.
  for (const mapping of pipeline.engine.services.mappings.values()) mapping.disable();
  await pipeline.register('bob');
  await pipeline.waitFor('the message', ({ hop, body }) => hop === 'message' && String(body).includes('bob'));
  for (const { messages } of pipeline.engine.services.queues.all()) {
    for (const message of messages) Object.assign(message, { sentAt: message.sentAt - 360_000 });
  }
  await pipes.send(new StopPipeCommand({ Name: pipe }));
  await pipeline.events.send(new DisableRuleCommand(recorder));
  await pipeline.events.send(new PutTargetsCommand({ ...service, Targets: [{ Id: target?.Id, Arn: target?.Arn }] }));
  await pipeline.sqs.send(
    new SendMessageCommand({ QueueUrl: pipeline.output('UriRecorderDlqUrl'), MessageBody: '{}' }),
  );
  const QueueUrl = pipeline.output('UriRecorderQueueUrl');
  await pipeline.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
  const pattern = JSON.stringify({ source: ['nobody'] });
  await pipeline.events.send(new PutRuleCommand({ Name: LEFT_BEHIND, EventBusName: bus, EventPattern: pattern }));

  const found = await doctor('--json');
  expect(unwell(found)).toEqual({
    [`pipe: ${pipe}`]: {
      status: 'problem',
      detail: expect.stringMatching(/^it is STOPPED; new rows wait in the stream/),
      fix: `${aws} pipes start-pipe --name ${pipe}`,
    },
    'rule: uri-recorder': {
      status: 'problem',
      detail: expect.stringMatching(/^its rule is DISABLED/),
      fix: `${aws} events enable-rule --name ${recorder.Name} --event-bus-name ${bus}`,
    },
    'rule: bucket-service': {
      status: 'problem',
      detail: expect.stringMatching(/no dead-letter queue/),
      fix: `${aws} events put-targets --rule ${service.Name} --event-bus-name ${bus} --targets '${JSON.stringify([
        { Id: target?.Id, Arn: target?.Arn, DeadLetterConfig: target?.DeadLetterConfig },
      ])}'`,
    },
    'queue: bucket-service': {
      status: 'warning',
      detail: '1 message waiting, 0 with its function, the oldest for 6 min',
      fix: expect.stringMatching(new RegExp(`^${aws} logs tail \\S*BucketService\\S* --since 15m$`)),
    },
    'queue wiring: uri-recorder': {
      status: 'problem',
      detail: expect.stringMatching(/^its queue has no redrive policy/),
      fix: expect.stringContaining(`${aws} sqs set-queue-attributes --queue-url ${QueueUrl} --attributes '`),
    },
    'dead letters: uri-recorder': {
      status: 'problem',
      detail: '1 event that it did not get or could not handle; they are kept for 14 days',
      fix: expect.stringMatching(new RegExp(`npx pipeline dlq redrive --subscriber uri-recorder --port ${port}$`)),
    },
    [`temporary rules: ${LEFT_BEHIND}`]: {
      status: 'warning',
      detail: expect.stringMatching(/left behind/),
      fix: `npx pipeline events --from 1m --port ${port}`,
    },
  });
  expect([found.exitCode, found.stderr]).toEqual([1, 'error: 5 problems and 2 warnings found\n']);

  await pipes.send(new StartPipeCommand({ Name: pipe }));
  await pipeline.events.send(new EnableRuleCommand(recorder));
  await pipeline.events.send(new PutTargetsCommand({ ...service, Targets: targets }));
  const { fix = '' } = unwell(found)['queue wiring: uri-recorder'] ?? {};
  const Attributes = JSON.parse(/--attributes '(.*)'$/.exec(fix)?.[1] ?? '');
  await pipeline.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  await run(['events', '--from', '1m', '--port', port]);
  expect(Object.keys(unwell(await doctor('--json')))).toEqual(['queue: bucket-service', 'dead letters: uri-recorder']);
});

test('given a stream that was turned off and on, the pipe reads another one, and the fix is a deployment with the new one', async () => {
  const update = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'NEW_AND_OLD_IMAGES' }) =>
    pipeline.dynamodb.send(new UpdateTableCommand({ TableName: pipeline.table, StreamSpecification }));
  await update({ StreamEnabled: false });
  const stream = `stream: ${pipeline.table}`;
  expect(unwell(await doctor('--json'))[stream]).toMatchObject({
    detail: expect.stringMatching(/^the table has no stream/),
  });
  await update({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
  expect(unwell(await doctor('--json'))[stream]).toMatchObject({
    status: 'problem',
    fix: expect.stringMatching(
      / -c tableArn=arn:\S+ -c tableStreamArn=arn:\S+\/stream\/\S+ .* reconcile --fix --port \d+$/,
    ),
  });
});
