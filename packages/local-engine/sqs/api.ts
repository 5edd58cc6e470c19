import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { type ApiRequest, type ApiResponse, jsonResponse } from '../protocols/http.ts';
import { type Operation, targetOperation } from '../protocols/json-protocol.ts';
import { queryAction } from '../protocols/query-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { batchOperations } from './batch-operations.ts';
import { unsupported } from './errors.ts';
import { messageOperations } from './message-operations.ts';
import type { MessageMoveTasks } from './move-tasks.ts';
import { isQuery, membersOf, sqsQueryResponse } from './query-protocol.ts';
import type { ApiQueues } from './queue-operations.ts';
import type { Queues } from './queues.ts';

interface OperationsProps {
  readonly account: Account;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly apiQueues: ApiQueues;
  readonly messageMoves: MessageMoveTasks;
}

/** Operations that are refused, and what to do instead. The documentation lists them with all others. */
export const REFUSED: Readonly<Record<string, string>> = {
  AddPermission: 'Set the attribute Policy of the queue instead.',
  RemovePermission: 'Set the attribute Policy of the queue instead.',
};

/** All operations of SQS that the engine has. */
export function sqsOperations(props: OperationsProps): Readonly<Record<string, Operation>> {
  return {
    ...props.apiQueues.operations,
    ...messageOperations(props),
    ...batchOperations(props),
    ...props.messageMoves.operations,
  };
}

/** The SQS API, in the JSON protocol and in the query protocol. */
export class Sqs {
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #schemas = new RequestSchemas('@aws-sdk/client-sqs');

  constructor(operations: Readonly<Record<string, Operation>>) {
    this.#operations = new Map(Object.entries(operations));
  }

  /** The operation that a request names, in either protocol. */
  static operationOf(request: ApiRequest): string {
    return targetOperation(request) || queryAction(request);
  }

  /** @throws AwsError for a request that does not match the operation's schema */
  validate(operation: string, request: ApiRequest): Record<string, unknown> {
    const members = membersOf(request);
    this.#schemas.check(operation, members);
    return members;
  }

  /**
   * @param operation such as `ReceiveMessage`
   * @throws AwsError what SQS would answer
   */
  async handle(operation: string, request: ApiRequest): Promise<ApiResponse> {
    const run = this.#operations.get(operation);
    if (run === undefined) throw refusalOf(operation, isQuery(request));
    const answer = await run(this.validate(operation, request));
    return isQuery(request) ? sqsQueryResponse(operation, answer) : jsonResponse(answer);
  }
}

/** For operations that SQS does not have: as recorded on AWS. */
function refusalOf(operation: string, inQuery: boolean): AwsError {
  if (Object.hasOwn(REFUSED, operation)) {
    return unsupported(`The local engine does not implement ${operation}. ${REFUSED[operation]}`);
  }
  const message = `The action ${operation} is not valid for this endpoint.`;
  return new AwsError(inQuery ? 'InvalidAction' : 'UnknownOperationException', message);
}
