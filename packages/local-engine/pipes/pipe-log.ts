import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

interface PipeLogProps {
  readonly pipeArn: string;
  /** ARN of the target. */
  readonly targetArn: string;
  readonly clock: Clock;
  /** Adds a line to the pipe's log group. */
  readonly write: (line: string) => void;
}

/** How an execution of a pipe failed. */
export interface PipeFailure {
  /** Where: in making the target's input, or in the call of the target. */
  readonly stage: 'Transformation' | 'Invocation';
  /** Whether the target took some of the records. */
  readonly isPartial: boolean;
  readonly code: string;
  /** Nothing of the record may stand in it. */
  readonly message: string;
  /** HTTP status of the target's answer, if it was an error as a whole. */
  readonly status?: number;
}

/**
 * What a pipe logs at the level ERROR: a line of JSON for each step that failed, up to the execution itself. Without execution
 * data, which would be whole records.
 * Source: EventBridge user guide, eb-pipes-logs and eb-pipes-logs-schema. The guide writes the steps in two ways; this one, and
 * `exceptionType`, were seen in real lines. How AWS words an error of the bus is not confirmed.
 */
export class PipeLog {
  readonly #props: PipeLogProps;

  constructor(props: PipeLogProps) {
    this.#props = props;
  }

  failed({ stage, isPartial, code, message, status }: PipeFailure): void {
    const { pipeArn, targetArn, clock, write } = this.#props;
    const executionId = randomUUID();
    const how = isPartial ? 'PartiallyFailed' : 'Failed';
    const error =
      stage === 'Transformation'
        ? { message: 'Target transformation failed.' }
        : {
            message: `Target invocation failed with error from EventBridge. ${message}`,
            ...(status !== undefined && { httpStatusCode: status }),
            awsService: 'events',
            exceptionType: code,
            resourceArn: targetArn,
          };
    for (const step of [`Target${stage}`, 'TargetStage', 'Execution']) {
      const messageType = `${step}${how}`;
      const line = { resourceArn: pipeArn, timestamp: clock.now(), executionId, messageType, logLevel: 'ERROR', error };
      write(JSON.stringify(line));
    }
  }
}
