import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups } from '../deployed/stack-resources.ts';
import type { DeadLetter } from './dead-letter.ts';
import { type LoggedFailure, lastFailure } from './failure-log.ts';

/** What the functions of a stack logged about events that they could not handle, as far as it may be read. */
export class FailureLogs {
  /** Why something could not be read, each reason once. */
  readonly problems = new Set<string>();
  readonly #logs: CloudWatchLogsClient;
  readonly #cloudformation: CloudFormationClient;
  readonly #stackName: string;
  #groups: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(logs: CloudWatchLogsClient, cloudformation: CloudFormationClient, stackName: string) {
    this.#logs = logs;
    this.#cloudformation = cloudformation;
    this.#stackName = stackName;
  }

  /**
   * What a subscriber's function said last of the event of a handler failure; undefined for other messages, and where it
   * said nothing or cannot be asked.
   */
  async lastFailure(letter: DeadLetter, subscriberId: string): Promise<LoggedFailure | undefined> {
    if (letter.kind !== 'handler' || letter.event.eventId === undefined) return undefined;
    const { event, sentAt } = letter;
    try {
      this.#groups ??= findLogGroups(this.#cloudformation, this.#stackName);
      const group = (await this.#groups).get(subscriberId);
      if (group === undefined) return undefined;
      const wanted = { eventId: event.eventId ?? '', ...(sentAt !== undefined && { since: sentAt }) };
      return await lastFailure(this.#logs, group, wanted);
    } catch (error) {
      if (!isAnswer(error)) throw error;
      this.problems.add(`reasons are left out that only the log of a function tells: ${error.name}: ${error.message}`);
      return undefined;
    }
  }
}

/** Whether AWS has answered with an error, such as a permission that is missing or a log that is gone. */
function isAnswer(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}
