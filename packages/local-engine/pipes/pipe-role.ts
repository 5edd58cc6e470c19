import type { Account } from '../core/account.ts';
import { type EventBridge, type PutEventsEntry, type PutEventsResult, putEventsAction } from '../eventbridge/index.ts';
import type { Access, Caller, Permission, RequiredAction } from '../iam/access.ts';
import type { Roles } from '../iam/roles.ts';
import type { Faults } from '../journal/faults.ts';
import type { Queues } from '../sqs/index.ts';

interface PipeRoleProps {
  readonly pipeName: string;
  readonly pipeArn: string;
  readonly roleArn: string;
  readonly streamArn: string;
  /** @default - no dead-letter queue */
  readonly dlqArn?: string;
}

/** The parts of the engine that a pipe calls. */
export interface PipeRoleServices {
  readonly account: Account;
  readonly roles: Roles;
  readonly access: Access;
  readonly events: EventBridge;
  readonly queues: Queues;
  readonly faults: Faults;
}

/** What a pipe needs to read a stream. Source: EventBridge user guide, eb-pipes-permissions. */
const READING = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'];

/** What a pipe does with its role: it reads a stream, puts events and sends dead letters, if the role's policies allow it. */
export class PipeRole {
  /** Whether the pipe may read its stream now. */
  readonly mayRead: Permission;
  readonly #props: PipeRoleProps;
  readonly #services: PipeRoleServices;
  readonly #caller: Caller;
  readonly #reading: readonly RequiredAction[];

  constructor(props: PipeRoleProps, services: PipeRoleServices) {
    this.#props = props;
    this.#services = services;
    this.#caller = { roleArn: props.roleArn, session: () => props.pipeName };
    this.#reading = READING.map((name) => ({ action: `dynamodb:${name}`, resource: props.streamArn }));
    this.mayRead = services.access.permission(() => this.#caller, this.#reading);
  }

  /**
   * Tries the role as CreatePipe does: the pipe must be able to assume it, to read its source, and to send to a dead-letter
   * queue that exists. The queue's check is not documented, but stacks were seen to fail for it; no such check of the target
   * was seen.
   * @throws Error with what is missing: for the dead-letter queue in AWS's words, which are not documented for the rest
   */
  check(): void {
    const { roles, access, account, queues } = this.#services;
    const { pipeArn, roleArn, dlqArn } = this.#props;
    const context = { 'aws:sourceaccount': account.id, 'aws:sourcearn': pipeArn };
    if (!roles.find(roleArn)?.canBeAssumedBy('pipes.amazonaws.com', context)) {
      throw new Error(
        `The pipe ${pipeArn} cannot assume the role ${roleArn}: the role does not exist, or its trust policy does not allow it.`,
      );
    }
    const denial = access.findDenial(this.#caller, this.#reading);
    if (denial) throw new Error(`The pipe ${pipeArn} cannot read its source. ${denial.message}`);
    if (dlqArn === undefined) return;
    const missing = queues.find(dlqArn) === undefined ? 'The specified queue does not exist.' : undefined;
    const reason = access.findDenial(this.#caller, sending(dlqArn))?.message ?? missing;
    if (reason) throw new Error(`Error occurred while sending message to SQS queue: ${dlqArn} (${reason})`);
  }

  /**
   * @param taken is called in the turn in which the events are on the bus, so that the pipe's progress is stored with them
   * @param eventIds of the stream records
   * @throws AwsError
   */
  putEvents(
    entries: readonly PutEventsEntry[],
    taken: (result: PutEventsResult) => void,
    eventIds: readonly string[] = [],
  ): Promise<PutEventsResult> {
    const { faults, access, events, account } = this.#services;
    const put = () => {
      access.authorize(
        this.#caller,
        entries.map((entry) => putEventsAction(entry, account)),
      );
      const result = events.putEvents(entries);
      taken(result);
      return result;
    };
    return faults.around('events:PutEvents', put, { eventIds });
  }

  /** @param taken is called in the turn in which the message is in the queue @throws AwsError */
  async sendDeadLetter(queueArn: string, body: string, taken: () => void): Promise<void> {
    this.#services.access.authorize(this.#caller, sending(queueArn));
    await this.#services.queues.send(queueArn, body, {}, { taken });
  }
}

function sending(queueArn: string): RequiredAction[] {
  return [{ action: 'sqs:SendMessage', resource: queueArn }];
}
