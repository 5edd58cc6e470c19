import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testAssembly } from '../support/assembly.ts';
import {
  type ChangedAssembly,
  changedAssembly,
  madeUpAssembly,
  ofType,
  type Resources,
} from '../support/changed-assembly.ts';
import { isChange, isInvocation, Pipeline } from '../support/pipeline.ts';

const PIPELINE = 'user-bucket-pipeline-dev';

describe('updating the stacks of a running engine', () => {
  let assembly: ChangedAssembly;
  let other: ChangedAssembly | undefined;
  let pipeline: Pipeline;
  beforeEach(async () => {
    assembly = await changedAssembly();
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
  });
  afterEach(async () => {
    await pipeline.stop();
    await assembly.remove();
    await other?.remove();
    other = undefined;
  });

  const register = (...users: readonly string[]) => Promise.all(users.map((user) => pipeline.register(user)));
  const recorded = (...users: readonly string[]) => Promise.all(users.map((user) => pipeline.recorded(user)));
  const isLine = (text: string) => (entry: { hop: string; line?: unknown }) =>
    entry.hop === 'log' && String(entry.line).includes(text);

  /** A module that does what the function of this service does, and says so before each invocation. */
  const wrapped = (resources: Resources, service: string, line: string) => {
    const [hash] = ofType(resources, 'AWS::Lambda::Function', service).Code.S3Key.split('.');
    const original = JSON.stringify(join(testAssembly(), `asset.${hash}`, 'index.mjs'));
    return `import { handler as original } from ${original};
      export const handler = (...event) => { console.log(${JSON.stringify(line)}); return original(...event); };`;
  };
  const replaceCode = async (service: string, line: string) => {
    let module = '';
    await assembly.change((resources) => (module = wrapped(resources, service, line)));
    const S3Key = await assembly.addCode(module);
    await assembly.change((resources) => (ofType(resources, 'AWS::Lambda::Function', service).Code.S3Key = S3Key));
  };

  test('given new code while fifty registrations are under way, none is lost, and later ones are by the new code', async () => {
    const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);
    const gate = Promise.withResolvers<void>();
    pipeline.engine.faults.inject('dynamodb:UpdateItem', { action: () => gate.promise });
    const registering = register(...users);
    await pipeline.waitFor('the recorder at work', ({ operation }) => operation === 'dynamodb:UpdateItem');
    await replaceCode('UriRecorder', 'by the new code');
    const changes = await pipeline.engine.update();
    gate.resolve();
    await registering;
    await recorded(...users);
    await register('later');
    await recorded('later');

    expect(changes).toEqual([
      {
        stack: PIPELINE,
        logicalId: expect.stringMatching(/^UriRecorderFunction/),
        type: expect.any(String),
        change: 'changed',
      },
    ]);
    for (const user of users) expect(pipeline.entries((entry) => isChange(entry, 'MODIFY', user))).toHaveLength(1);
    expect(pipeline.entries(({ outcome }) => outcome === 'items-failed' || outcome === 'failed')).toEqual([]);
    const [update] = pipeline.entries(({ hop, change }) => hop === 'resource' && change === 'changed');
    const isLaterBatch = ({ hop, functionName, sequence }: { hop: string; functionName?: unknown; sequence: number }) =>
      hop === 'batch' && String(functionName).includes('UriRecorder') && sequence > (update?.sequence ?? 0);
    const later = pipeline.entries(isLaterBatch).length;
    expect(later).toBeGreaterThan(0);
    await pipeline.waitFor('the new code', isLine('by the new code'), later);
    expect(pipeline.entries(isLine('by the new code'))).toHaveLength(later);
  });

  test('given a subscriber that comes and goes, it gets its events meanwhile, and others are undisturbed', async () => {
    await register('before');
    await recorded('before');
    const buckets = await pipeline.buckets();
    const S3Key = await assembly.addCode(
      'export const handler = ({ Records }) => { for (const { body } of Records) console.log("heard " + JSON.parse(body).detail.data.userId); };',
    );
    await assembly.change((resources) => {
      const own = Object.entries(resources).filter(([id]) => id.startsWith('UriRecorder'));
      const text = JSON.stringify(Object.fromEntries(own)).replaceAll('UriRecorder', 'Listener');
      Object.assign(resources, JSON.parse(text));
      ofType(resources, 'AWS::Lambda::Function', 'Listener').Code.S3Key = S3Key;
    });
    const added = await pipeline.engine.update();
    expect(added.length).toBeGreaterThan(5);
    for (const change of added)
      expect(change).toMatchObject({
        logicalId: /^Listener/.exec(change.logicalId) && change.logicalId,
        change: 'added',
      });
    await register('meanwhile');
    await recorded('meanwhile');
    await pipeline.waitFor('the new subscriber', isLine('heard meanwhile'));
    expect(pipeline.entries(isLine('heard before'))).toEqual([]);

    await assembly.change((resources) => {
      for (const id of Object.keys(resources)) if (id.startsWith('Listener')) delete resources[id];
    });
    const removed = await pipeline.engine.update();
    expect(removed.map(({ logicalId }) => logicalId)).toEqual(added.map(({ logicalId }) => logicalId).reverse());
    await register('after');
    await recorded('after');
    expect(
      pipeline.entries(
        ({ hop, rule, eventId }) => hop === 'rule' && String(rule).includes('Listener') && eventId === eventOf('after'),
      ),
    ).toEqual([]);
    expect(pipeline.entries(isLine('heard after'))).toEqual([]);
    expect(await pipeline.buckets()).toEqual(expect.arrayContaining(buckets));
    expect((await pipeline.row('before'))?.s3_bucket_uri).toBeDefined();
  });

  const eventOf = (userId: string) =>
    pipeline.entries(({ hop, detail }) => hop === 'event' && JSON.stringify(detail).includes(`"${userId}"`)).at(-1)
      ?.eventId;

  test('given a template that is refused, nothing of it takes effect', async () => {
    const before = pipeline.engine.stacks;
    await replaceCode('UriRecorder', 'by the new code');
    await assembly.change((resources) => {
      resources.New = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'new' } };
      ofType(resources, 'AWS::DynamoDB::Table').BillingMode = 'PROVISIONED';
    });
    await expect(pipeline.engine.update()).rejects.toThrow(
      /^UserTable\w+: is changed.*Stop the engine, and start it again/,
    );
    await assembly.change((resources) => (ofType(resources, 'AWS::DynamoDB::Table').Colour = 'red'));
    await expect(pipeline.engine.update()).rejects.toThrow(/^UserTable\w+: .*Colour/);
    expect(pipeline.engine.stacks).toBe(before);
    expect(pipeline.engine.services.queues.named('new')).toBeUndefined();
    await register('test4');
    await recorded('test4');
    expect(pipeline.entries(isLine('by the new code'))).toEqual([]);
  });

  test('given a rule that cannot be made, what was made and changed before it is taken back', async () => {
    const before = pipeline.engine.stacks;
    await replaceCode('BucketService', 'by the new code');
    await assembly.change((resources) => {
      resources.New = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'new' } };
      ofType(resources, 'AWS::SQS::Queue', 'BucketServiceQueue').VisibilityTimeout = 7;
      const [id] = Object.keys(resources).filter((found) => found.startsWith('UriRecorderRule'));
      Object.assign(resources[id ?? '']?.Properties ?? {}, { EventPattern: { source: [] } });
      Object.assign(resources[id ?? ''] ?? {}, { DependsOn: ['New'] });
    });
    await expect(pipeline.engine.update()).rejects.toThrow(/^UriRecorderRule\w+: .*source/);
    expect(pipeline.engine.stacks).toBe(before);
    const { queues } = pipeline.engine.services;
    expect(queues.named('new')).toBeUndefined();
    const name = pipeline.output('BucketServiceQueueUrl').split('/').at(-1) ?? '';
    expect(queues.named(name)?.attributes.VisibilityTimeout).toBe('60');
    await register('test4');
    await recorded('test4');
    // bucket-service may end after the URI is there: its event is on the way before it answers.
    await pipeline.idle();
    expect(pipeline.entries((entry) => isInvocation(entry, 'BucketService'))).toHaveLength(1);
    expect(pipeline.entries(isLine('by the new code'))).toEqual([]);
  });

  test('given the stack of another team, which finds the bus by an SSM parameter, it gets events until it goes', async () => {
    other = await madeUpAssembly('other-team', {
      Parameters: {
        BusArn: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/user-bucket-pipeline/dev/event-bus-arn' },
      },
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventBusName: { Ref: 'BusArn' },
            EventPattern: { 'detail-type': ['BucketCreated'] },
            Targets: [{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
          },
        },
        Policy: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: {
              Statement: {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Rule', 'Arn'] } } },
              },
            },
          },
        },
      },
      Outputs: { OtherQueueUrl: { Value: { Ref: 'Queue' } } },
    });
    const added = await pipeline.engine.update([assembly.folder, other.folder]);
    expect(added.map(({ stack, logicalId }) => [stack, logicalId])).toEqual([
      ['other-team', 'Queue'],
      ['other-team', 'Rule'],
      ['other-team', 'Policy'],
    ]);
    expect(await (await fetch(pipeline.engine.endpoint)).text()).toContain('other-team');
    await register('test4');
    await recorded('test4');
    const [message] = await pipeline.messages(pipeline.output('OtherQueueUrl'));
    expect(JSON.parse(message?.Body ?? '{}')).toMatchObject({ detail: { data: { userId: 'test4' } } });

    expect(await pipeline.engine.update()).toEqual([]);
    const removed = await pipeline.engine.update([assembly.folder]);
    expect(removed.map(({ logicalId, change }) => [logicalId, change])).toEqual([
      ['Policy', 'removed'],
      ['Rule', 'removed'],
      ['Queue', 'removed'],
    ]);
    expect(pipeline.engine.stacks.map(({ name }) => name)).toEqual([PIPELINE]);
  });

  test('given an update, DescribeStacks says when it was, and gives the new outputs', async () => {
    await assembly.change((_resources, template) =>
      Object.assign(template.Outputs ?? {}, { New: { Value: 'output' } }),
    );
    await pipeline.engine.update();
    const { endpoint } = pipeline.engine;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new CloudFormationClient({ endpoint, region: 'ap-northeast-1', credentials });
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: PIPELINE }));
    client.destroy();
    expect(stack).toMatchObject({ StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: expect.any(Date) });
    expect(stack?.Outputs).toContainEqual(expect.objectContaining({ OutputKey: 'New', OutputValue: 'output' }));
  });

  test('given a stopped engine, it is not updated', async () => {
    await pipeline.engine.stop();
    await expect(pipeline.engine.update()).rejects.toThrow('The engine has stopped');
  });
});
