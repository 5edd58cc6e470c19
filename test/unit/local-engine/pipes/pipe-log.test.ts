import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { LogLines } from '../../../../packages/local-engine/logs/log-lines.ts';
import type { PipeProps } from '../../../../packages/local-engine/pipes/pipe-definition.ts';
import { PipeLog } from '../../../../packages/local-engine/pipes/pipe-log.ts';
import { entriesOf, makeParts, settle } from '../support/parts.ts';
import { BUS_ARN, delivered, failed, PIPE_ARN, type PipeUnderTest, startPipe, type Verdict } from '../support/pipe.ts';
import { makeStream, register } from '../support/stream.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** A pipe that logs, once it has tried a batch of two. */
async function loggingPipe(judge: PipeUnderTest['bus']['judge'], settings: Partial<PipeProps> = {}) {
  const parts = makeParts();
  const stream = makeStream(parts);
  for (const id of ['first', 'second']) register(stream, id, { password: { S: 'secret' } });
  const arns = { pipeArn: PIPE_ARN, targetArn: BUS_ARN };
  const log = new PipeLog(
    { pipeName: 'registrations', logGroup: 'pipe-log', ...arns },
    { ...parts, logs: new LogLines(parts) },
  );
  const { bus } = startPipe({ stream, log, maximumRetryAttempts: 0, bisects: false, ...settings }, parts);
  bus.judge = judge;
  await settle();
  return { lines: entriesOf(parts, 'pipe-log').map(({ line }) => JSON.parse(String(line))) };
}

const typesOf = (lines: readonly { messageType: string }[]) => lines.map(({ messageType }) => messageType);

describe('the log of a pipe', () => {
  test('given a call of the bus that fails, it has a line for each step that failed, of one execution', async () => {
    const refusal: Verdict = new AwsError('InternalException', 'Try again.', 500);
    const { lines } = await loggingPipe(() => refusal);
    expect(typesOf(lines)).toEqual(['TargetInvocationFailed', 'TargetStageFailed', 'ExecutionFailed']);
    for (const line of lines) {
      expect(line).toEqual({
        resourceArn: PIPE_ARN,
        timestamp: expect.any(Number),
        executionId: expect.stringMatching(UUID),
        messageType: expect.any(String),
        logLevel: 'ERROR',
        error: {
          message: 'Target invocation failed with error from EventBridge. Try again.',
          httpStatusCode: 500,
          awsService: 'events',
          exceptionType: 'InternalException',
          resourceArn: BUS_ARN,
        },
      });
    }
    expect(new Set(lines.map(({ executionId }) => executionId)).size).toBe(1);
  });

  test('given a bus that refuses every event, the execution failed', async () => {
    const { lines } = await loggingPipe(() => failed);
    expect(typesOf(lines)).toEqual(['TargetInvocationFailed', 'TargetStageFailed', 'ExecutionFailed']);
    expect(lines[0].error).toMatchObject({
      exceptionType: failed.ErrorCode,
      message: expect.stringMatching('Try again.'),
    });
  });

  test('given a bus that refuses some events, it failed in part', async () => {
    const { lines } = await loggingPipe((entry) => (entry.Detail?.includes('second') ? failed : delivered));
    expect(typesOf(lines)).toEqual([
      'TargetInvocationPartiallyFailed',
      'TargetStagePartiallyFailed',
      'ExecutionPartiallyFailed',
    ]);
  });

  test('given a record that no event can be made of, it says so, and nothing of the record', async () => {
    const render = () => {
      throw new Error('secret');
    };
    const { lines } = await loggingPipe(() => delivered, { target: { busArn: BUS_ARN, render } });
    expect(typesOf(lines)).toEqual(['TargetTransformationFailed', 'TargetStageFailed', 'ExecutionFailed']);
    expect(lines[0].error).toEqual({ message: 'Target transformation failed.' });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('given a batch that is delivered, it is empty', async () => {
    expect((await loggingPipe(() => delivered)).lines).toEqual([]);
  });
});
