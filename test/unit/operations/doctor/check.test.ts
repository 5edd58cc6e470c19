import { expect, test } from '@jest/globals';
import { findingsText } from '../../../../cli/commands/doctor/doctor.ts';
import { archive } from '../../../../operations/doctor/bus.ts';
import type { Check, HealthFinding } from '../../../../operations/doctor/check.ts';
import { fixCommands, runChecks } from '../../../../operations/doctor/check.ts';
import { problemOf } from '../../../../operations/doctor/index.ts';
import { deadLetters } from '../../../../operations/doctor/queues.ts';
import { pipeState } from '../../../../operations/doctor/stack-and-pipe.ts';
import { awsError, deployedWith, FIXES, STACK } from './fakes.ts';

const TARGET = { stackName: STACK.name };
const props = (answers: Parameters<typeof deployedWith>[0]) => ({
  deployed: deployedWith(answers),
  fixes: FIXES,
  now: 0,
});

test('given a check whose permission is missing, it is a warning in one line that names the permission, and the other checks run', async () => {
  const message =
    'User: arn:aws:iam::1:user/op is not authorized to perform: pipes:DescribePipe on resource: arn:aws:pipes:…\n  because no policy allows it';
  const denied = awsError('AccessDeniedException', message);
  const EventSourceArn = STACK.outputs.EventBusArn;
  const answers = { DescribePipeCommand: denied, DescribeArchiveCommand: { State: 'ENABLED', EventSourceArn } };
  const findings = await runChecks([pipeState, archive], props(answers), TARGET);
  expect(findings).toMatchObject([
    {
      check: 'pipe',
      status: 'warning',
      detail: expect.stringMatching(
        /^it could not be made: AccessDeniedException: User: \S+ is not authorized .*: arn:aws:pipes:… because no policy allows it$/,
      ),
      fix: 'allow pipes:DescribePipe for your credentials, or use others, for example with AWS_PROFILE',
    },
    { check: 'archive', status: 'ok' },
  ]);
});

test.each(['AccessDenied', 'AuthorizationError', 'UnauthorizedOperation'])(
  'given a service that says %s, that is a missing permission as well',
  async (name) => {
    const findings = await runChecks([pipeState], props({ DescribePipeCommand: awsError(name, 'no') }), TARGET);
    expect(findings).toMatchObject([
      { status: 'warning', fix: expect.stringContaining('allow this action for your credentials') },
    ]);
  },
);

test('given a call that fails for another reason, it is a warning that says so', async () => {
  const throttled = awsError('ThrottlingException', 'slow down');
  const findings = await runChecks([pipeState], props({ DescribePipeCommand: throttled }), TARGET);
  expect(findings).toStrictEqual([
    {
      check: 'pipe',
      status: 'warning',
      subject: 'this check',
      detail: 'it could not be made: ThrottlingException: slow down',
    },
  ]);
});

test('given a stack that lacks an output, that is a warning of the check that needs it', async () => {
  const deployed = deployedWith({}, { name: 'other', outputs: {} });
  const findings = await runChecks([deadLetters], { deployed, fixes: FIXES, now: 0 }, TARGET);
  expect(findings).toMatchObject([{ status: 'warning', detail: expect.stringContaining('no output PipeDlqUrl') }]);
});

test('given a bug, it is thrown and not taken for a finding', async () => {
  const broken: Check = { name: 'broken', run: () => Promise.reject(new TypeError('x is undefined')) };
  await expect(runChecks([broken], props({}), TARGET)).rejects.toThrow(TypeError);
});

test('given findings, each has a line, with its fix below, and the stack’s name is left out', () => {
  const findings: HealthFinding[] = [
    { check: 'pipe', status: 'ok', subject: `${STACK.name}-Pipe`, detail: 'it runs' },
    {
      check: 'dead letters',
      status: 'problem',
      subject: 'mail',
      detail: '1 event\u001b[2J',
      fix: 'npx pipeline dlq show',
    },
    { check: 'queue', status: 'warning', subject: 'x', detail: 'old' },
  ];
  expect(findingsText(findings, STACK.name).split('\n')).toEqual([
    '✔  pipe          Pipe  it runs',
    '✖  dead letters  mail  1 event\\u{1b}[2J',
    '  → npx pipeline dlq show',
    '!  queue         x     old',
    '',
  ]);
  expect(problemOf(findings)).toBe('1 problem and 1 warning');
  expect(problemOf(findings.slice(0, 1))).toBeUndefined();
  expect(problemOf([...findings.slice(1, 2), ...findings.slice(1, 2)])).toBe('2 problems');
});

test('given a stack on AWS, commands name it as it was named, and a deployment its stage', () => {
  const fixes = fixCommands({ target: TARGET, stack: STACK }, { stack: STACK.name });
  expect([
    fixes.aws('x'),
    fixes.pipeline('dlq list'),
    fixes.deploy(),
    fixes.deploy({ tableArn: 'T' }),
    fixes.recreate(),
  ]).toEqual([
    'aws x',
    'npx pipeline dlq list --stack user-bucket-pipeline-prod',
    'npx cdk deploy -c stage=prod',
    'npx cdk deploy -c stage=prod -c tableArn=T',
    'recreate it with its name, as in the template (a deployment does not, because CloudFormation believes that it exists)',
  ]);
});

test('given the local engine, commands go there, and a deployment is a restart with the same options', () => {
  const target = { endpoint: 'http://127.0.0.1:4577', region: 'eu-west-1' };
  const fixes = fixCommands({ target, stack: { name: 'other', outputs: {} } }, { port: 4577 });
  expect([
    fixes.aws('x'),
    fixes.pipeline('dlq list'),
    fixes.deploy(),
    fixes.deploy({ tableArn: 'T' }),
    fixes.recreate(),
  ]).toEqual([
    'aws --endpoint-url http://127.0.0.1:4577 x',
    'npx pipeline dlq list --port 4577',
    'stop the engine, and start it again with the same options',
    'stop the engine, and start it again with the same options, and -c tableArn=T',
    'stop the engine, and start it again with the same options',
  ]);
  expect(fixCommands({ target, stack: STACK }, {}).pipeline('doctor')).toBe('npx pipeline doctor');
});
