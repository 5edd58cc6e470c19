import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { undisturbedAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly, type Edit, ofType } from '../support/changed-assembly.ts';
import { Pipeline } from '../support/pipeline.ts';
import { type Statement, statementsOf, withoutAction } from '../support/statements.ts';

describe('whoever calls under the name of a role', () => {
  let pipeline: Pipeline;
  let client: { credentials: { accessKeyId: string; secretAccessKey: string }; endpoint: string; region: string };
  beforeAll(async () => {
    pipeline = await Pipeline.startUndisturbed();
    const { endpoint, account, stacks } = pipeline.engine;
    const role = stacks[0]?.resources.find(({ logicalId }) => logicalId.startsWith('BucketServiceRole'));
    const credentials = { accessKeyId: role?.physicalName ?? '', secretAccessKey: 'local' };
    client = { endpoint, region: account.region, credentials };
  });
  afterAll(() => pipeline.stop());

  test('given a queue that is not its own, it is refused with what SQS answers', async () => {
    const QueueUrl = pipeline.output('UriRecorderDlqUrl');
    const sending = new SQSClient(client).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await expect(sending).rejects.toMatchObject({
      message: expect.stringContaining('is not authorized to perform: sqs:sendmessage'),
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('given an operation whose permissions the engine does not know, it is refused and says so', async () => {
    const listing = new EventBridgeClient(client).send(new ListRulesCommand({}));
    await expect(listing).rejects.toThrow('does not know which permissions events:ListRules needs');
  });

  test('given another access key, it is the administrator, and nothing is refused', async () => {
    const QueueUrl = pipeline.output('UriRecorderDlqUrl');
    await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(await pipeline.messages(QueueUrl)).toHaveLength(1);
  });
});

describe('a function that calls what its role does not allow', () => {
  let pipeline: Pipeline;
  let assembly: ChangedAssembly;
  afterEach(async () => {
    await pipeline.stop();
    await assembly.remove();
  });

  const start = async (edit: Edit) => {
    assembly = await changedAssembly(edit, undisturbedAssembly());
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
    await pipeline.register('test4');
  };
  const denied = (action: string) =>
    pipeline.waitFor(`the denial of ${action}`, (entry) => entry.hop === 'denied' && entry.action === action);
  /** Lets the event fail as often as it may. */
  const exhaust = async (service: string) => {
    for (let receive = 1; receive <= 5; receive++) {
      await pipeline.failures(service, receive);
      await pipeline.redeliver();
    }
    await pipeline.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');
  };

  test.each([
    {
      service: 'BucketService',
      action: 's3:CreateBucket',
      operation: 'CreateBucket',
      code: 'AccessDenied',
      status: 403,
      quote: '"',
    },
    {
      service: 'BucketService',
      action: 'events:PutEvents',
      operation: 'PutEvents',
      code: 'AccessDeniedException',
      status: 400,
      quote: '',
    },
    {
      service: 'UriRecorder',
      action: 'dynamodb:UpdateItem',
      operation: 'UpdateItem',
      code: 'AccessDeniedException',
      status: 400,
      quote: '',
    },
  ])('given $action, it is refused as AWS does, and the event ends in the DLQ', async (given) => {
    const { service, action, operation, code, status, quote } = given;
    await start((resources) => withoutAction(resources, `${service}Role`, action));

    const { principal, resource, message } = await denied(action);
    expect(principal).toMatch(new RegExp(`^arn:aws:sts::\\d{12}:assumed-role/.*${service}Role.*/.*${service}Function`));
    expect(message).toBe(
      `User: ${principal} is not authorized to perform: ${action} on resource: ${quote}${resource}${quote} ` +
        `because no identity-based policy allows the ${action} action`,
    );
    await exhaust(service);
    expect(pipeline.entries((entry) => entry.hop === 'api-call' && entry.code === code).at(0)).toMatchObject({
      operation,
      status,
      message,
    });
    expect(await pipeline.messages(pipeline.output(`${service}DlqUrl`))).toHaveLength(1);
    const [failure] = pipeline.logLines('event not handled');
    expect(JSON.stringify(failure)).toContain(action);
  });

  test('given an explicit deny beside what is allowed, the deny wins', async () => {
    const deny: Statement = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    await start((resources) => statementsOf(resources, 'BucketServiceRole').push(deny));
    const { message } = await denied('s3:CreateBucket');
    expect(message).toContain('with an explicit deny in an identity-based policy');
  });

  test('given dynamodb:ReturnValues without ALL_OLD, the update is refused: it asks for the row where its condition fails', async () => {
    await start((resources) => {
      const update = statementsOf(resources, 'UriRecorderRole').find(({ Action }) => Action === 'dynamodb:UpdateItem');
      const condition = update?.Condition as { StringEqualsIfExists: Record<string, string[]> } | undefined;
      if (condition === undefined) throw new Error('The update has no condition.');
      condition.StringEqualsIfExists['dynamodb:ReturnValues'] = ['NONE', 'UPDATED_OLD', 'UPDATED_NEW'];
    });
    await denied('dynamodb:UpdateItem');
    expect(await pipeline.row('test4')).not.toHaveProperty('s3_bucket_uri');
  });

  test('given a policy that an update mends, the next attempt succeeds', async () => {
    let taken: Statement[] = [];
    await start((resources) => {
      taken = withoutAction(resources, 'BucketServiceRole', 's3:CreateBucket');
    });
    await pipeline.failures('BucketService', 1);
    await assembly.change((resources) => statementsOf(resources, 'BucketServiceRole').push(...taken));
    await pipeline.engine.update();
    await pipeline.redeliver();
    expect(await pipeline.recorded('test4')).toHaveProperty('s3_bucket_uri');
  });
});

describe('a pipe whose role does not allow what it does', () => {
  let pipeline: Pipeline;
  let assembly: ChangedAssembly;
  afterEach(async () => {
    await pipeline.stop();
    await assembly.remove();
  });

  /** With no second attempts, and a role that loses these of its inline policies once the pipe is made. */
  const start = async (...lost: readonly string[]) => {
    assembly = await changedAssembly((resources) => {
      ofType(resources, 'AWS::Pipes::Pipe').SourceParameters.DynamoDBStreamParameters.MaximumRetryAttempts = 0;
    }, undisturbedAssembly());
    pipeline = await Pipeline.start({ assemblies: [assembly.folder] });
    await assembly.change((resources) => {
      const role = ofType(resources, 'AWS::IAM::Role', 'RegistrationPipe');
      role.Policies = role.Policies.filter(({ PolicyName }: { PolicyName: string }) => !lost.includes(PolicyName));
    });
    await pipeline.engine.update();
    await pipeline.register('test4');
    return pipeline.waitFor('the end of the record', ({ hop }) => hop === 'pipe-dlq');
  };

  test('given events:PutEvents, the record is refused, its log says so, and it ends in its dead-letter queue', async () => {
    expect(await start('PutEvents')).toMatchObject({ condition: 'RetryAttemptsExhausted', outcome: 'delivered' });
    const [refused] = pipeline.entries(({ hop }) => hop === 'pipe-delivery');
    expect(refused).toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringMatching(
        /RegistrationPipeRole.* is not authorized to perform: events:PutEvents on resource/,
      ),
    });
    const logged = pipeline.entries(({ hop }) => hop === 'pipe-log').map(({ line }) => JSON.parse(String(line)));
    expect(logged.map(({ messageType }) => messageType)).toEqual([
      'TargetInvocationFailed',
      'TargetStageFailed',
      'ExecutionFailed',
    ]);
    expect(logged[0].error).toMatchObject({
      httpStatusCode: 400,
      message: expect.stringContaining('events:PutEvents'),
    });
    expect(pipeline.entries(({ hop }) => hop === 'denied')).toHaveLength(1);
    expect(await pipeline.messages(pipeline.output('PipeDlqUrl'))).toHaveLength(1);
  });

  test('given the dead-letter queue too, the letter is lost, and the journal says why', async () => {
    expect(await start('PutEvents', 'SendDeadLetters')).toMatchObject({
      outcome: 'lost',
      code: 'AccessDeniedException',
      message: expect.stringContaining('sqs:sendmessage'),
    });
    expect(await pipeline.messages(pipeline.output('PipeDlqUrl'))).toEqual([]);
  });
});

describe('a role of the stack that its service may not take on', () => {
  test.each([
    ['BucketServiceRole', 'BucketServiceFunction', 'cannot be assumed by Lambda'],
    ['RegistrationPipeRole', 'RegistrationPipe', 'cannot assume the role'],
  ])('given %s, the stack is not made, and %s is named', async (role, owner, reason) => {
    const assembly = await changedAssembly((resources) => {
      ofType(resources, 'AWS::IAM::Role', role).AssumeRolePolicyDocument.Statement[0].Principal.Service =
        'ec2.amazonaws.com';
    });
    const starting = Pipeline.start({ assemblies: [assembly.folder] });
    await expect(starting).rejects.toMatchObject({
      name: 'TemplateError',
      logicalId: expect.stringMatching(new RegExp(`^${owner}`)),
      message: expect.stringContaining(reason),
    });
    await assembly.remove();
  });
});
