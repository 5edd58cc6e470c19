import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { LogLines } from '../logs/index.ts';

interface PipeLogProps {
  readonly pipeName: string;
  readonly pipeArn: string;
  readonly targetArn: string;
  readonly logGroup: string;
}

/** The parts of the engine that a pipe's log needs. */
export interface PipeLogServices {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly logs: LogLines;
}

/** How an execution of a pipe failed. */
interface FailedExecution {
  /** In making the target's input, or in the call of the target. */
  readonly stage: 'Transformation' | 'Invocation';
  /** Whether the target took some of the records. */
  readonly isPartial: boolean;
  readonly code: string;
  /** It must quote nothing of the record. */
  readonly message: string;
  /** HTTP status of the target's answer, if the whole call failed. */
  readonly status?: number;
}

/**
 * What a pipe logs at the level ERROR: a line of JSON for each step that failed, up to the execution itself. Without execution
 * data, which would be whole records.
 *
 * The delivery service of CloudWatch Logs writes the lines. AWS itself adds the policy that allows this to the log group when
 * the pipe is created, so the template needs none, and the pipe's role is not asked.
 *
 * Sources: EventBridge user guide, eb-pipes-logs and eb-pipes-logs-schema, which write the steps in two ways; this one, and
 * `exceptionType`, were seen in real lines. How AWS words an error of the bus is not confirmed. For the permissions:
 * terraform-provider-aws issue 47111, with the answer of AWS support (2026-03). What the deploying role needs is not checked
 * here.
 */
export class PipeLog {
  readonly #props: PipeLogProps;
  readonly #services: PipeLogServices;

  constructor(props: PipeLogProps, services: PipeLogServices) {
    this.#props = props;
    this.#services = services;
    services.logs.createGroup(props.logGroup);
  }

  failed({ stage, isPartial, code, message, status }: FailedExecution): void {
    const { pipeName, pipeArn, targetArn, logGroup } = this.#props;
    const { clock, journal, logs } = this.#services;
    const executionId = randomUUID();
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
      const messageType = `${step}${isPartial ? 'PartiallyFailed' : 'Failed'}`;
      const line = JSON.stringify({
        resourceArn: pipeArn,
        timestamp: clock.now(),
        executionId,
        messageType,
        logLevel: 'ERROR',
        error,
      });
      journal.write('pipe-log', { pipe: pipeName, line });
      logs.write(logGroup, line);
    }
  }
}
