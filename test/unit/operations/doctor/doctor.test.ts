import { describe, expect, test } from '@jest/globals';
import { fixCommands } from '../../../../operations/doctor/check.ts';
import { diagnose, groupByCheck, type HealthFinding, repair } from '../../../../operations/doctor/index.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import { awsError, STACK } from './fakes.ts';

const TARGET = { stackName: STACK.name };
const onStack = (aws: FakeAws) => ({ clients: aws.clients, target: TARGET, stack: STACK });

/** A stack whose pipe is in that state. */
function withPipe(state: object) {
  return new FakeAws({ DescribePipe: () => state, StartPipe: () => ({}) });
}

const STOPPED = { CurrentState: 'STOPPED', DesiredState: 'STOPPED' };
const DETAIL = 'it is STOPPED; new rows wait in the stream, which keeps them for 24 hours';
const WANTED = { check: 'pipe', subject: 'pipe', detail: DETAIL };

test('a diagnosis makes every check, in the order in which an event passes the parts', async () => {
  const aws = new FakeAws({});
  const send = async () => {
    throw awsError('AccessDenied', 'no');
  };
  const of = (...made: Parameters<typeof aws.clients.of>) => Object.assign(aws.clients.of(...made), { send });
  const clients = { of, destroy: () => {} } as unknown as typeof aws.clients;
  const findings = await diagnose({ clients, target: TARGET, stack: STACK }, {}, 0);
  expect([...new Set(findings.map(({ check }) => check))]).toEqual([
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
  ]);
});

describe('a repair', () => {
  test('makes the one call that fixes what is still found, after that check alone', async () => {
    const aws = withPipe(STOPPED);
    expect(await repair(onStack(aws), {}, WANTED, 0)).toBe('Start the pipe: done');
    expect(aws.calls).toEqual([
      ['DescribePipe', { Name: 'pipe' }],
      ['StartPipe', { Name: 'pipe' }],
    ]);
  });

  test.each([
    ['of another subject', { ...WANTED, subject: 'other' }],
    ['with another detail', { ...WANTED, detail: 'it is lost' }],
    ['of a check that there is not', { ...WANTED, check: 'nothing' }],
  ])('of a finding %s changes nothing', async (_case, wanted) => {
    const aws = withPipe(STOPPED);
    const refused = repair(onStack(aws), {}, wanted, 0);
    await expect(refused).rejects.toThrow(CommandFailure);
    await expect(refused).rejects.toThrow(
      `${wanted.check} ${wanted.subject}: this is no longer so, and nothing was changed; check again`,
    );
    expect(aws.inputs('StartPipe')).toEqual([]);
  });

  test('of what one call cannot fix says what does', async () => {
    const aws = withPipe({ CurrentState: 'STARTING', DesiredState: 'RUNNING' });
    const detail = 'it does not run yet: it is STARTING';
    await expect(repair(onStack(aws), {}, { ...WANTED, detail }, 0)).rejects.toThrow(
      'pipe pipe: no single call fixes this; wait a minute, then: npx pipeline doctor',
    );
  });

  test('of what is well has nothing to do', async () => {
    const aws = withPipe({ CurrentState: 'RUNNING', DesiredState: 'RUNNING' });
    await expect(repair(onStack(aws), {}, { ...WANTED, detail: 'it runs' }, 0)).rejects.toThrow(
      'pipe pipe: no single call fixes this; nothing has to be done',
    );
  });
});

test('findings are grouped by their check, the worst first, which the check is named by', () => {
  const finding = (check: string, status: HealthFinding['status']) => ({ check, status, subject: status, detail: '' });
  const groups = groupByCheck([
    finding('a', 'ok'),
    finding('b', 'ok'),
    finding('a', 'warning'),
    finding('a', 'problem'),
    finding('a', 'ok'),
  ]);
  expect(groups.map(({ name, status, findings }) => [name, status, findings.map(({ subject }) => subject)])).toEqual([
    ['a', 'problem', ['problem', 'warning', 'ok', 'ok']],
    ['b', 'ok', ['ok']],
  ]);
});

test.each([
  ['user-bucket-pipeline-prod', 'npx cdk deploy -c stage=prod -c x=1'],
  ['my-user-bucket-pipeline-prod', 'npx cdk deploy -c x=1'],
  ['other', 'npx cdk deploy -c x=1'],
])('given the stack %s, a deployment is %s', (name, command) => {
  expect(fixCommands({ target: { stackName: name }, stack: { name, outputs: {} } }, {}).deploy({ x: '1' })).toBe(
    command,
  );
});
