import { AwsError } from '../core/aws-error.ts';
import { type ApiRequest, type ApiResponse, jsonResponse } from '../protocols/http.ts';
import { jsonBody, type Operation, targetOperation } from '../protocols/json-protocol.ts';
import { queryAction } from '../protocols/query-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { REFUSED } from './operations.ts';
import { unsupported } from './sqs-errors.ts';
import { fromSqsQuery, queueUrlOf, sqsQueryResponse } from './sqs-query.ts';

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

  /** @throws AwsError for a request that is not as the operation's schema says */
  validate(operation: string, request: ApiRequest): void {
    this.#membersOf(operation, request);
  }

  /**
   * @param operation such as `ReceiveMessage`
   * @throws AwsError what SQS would answer
   */
  async handle(operation: string, request: ApiRequest): Promise<ApiResponse> {
    const run = this.#operations.get(operation);
    if (run === undefined) throw refusalOf(operation, isQuery(request));
    const answer = await run(this.#membersOf(operation, request));
    return isQuery(request) ? sqsQueryResponse(operation, answer) : jsonResponse(answer);
  }

  #membersOf(operation: string, request: ApiRequest): Record<string, unknown> {
    // Clients may send a call to the queue's own URL in either protocol.
    const members = isQuery(request) ? fromSqsQuery(request) : { ...queueUrlOf(request), ...jsonBody(request) };
    this.#schemas.check(operation, members);
    return members;
  }
}

function isQuery({ headers }: ApiRequest): boolean {
  return headers['x-amz-target'] === undefined;
}

/** Why an operation is not done. Those that SQS does not have: as recorded on AWS. */
function refusalOf(operation: string, inQuery: boolean): AwsError {
  if (Object.hasOwn(REFUSED, operation)) {
    return unsupported(`The local engine does not implement ${operation}. ${REFUSED[operation]}`);
  }
  const message = `The action ${operation} is not valid for this endpoint.`;
  return new AwsError(inQuery ? 'InvalidAction' : 'UnknownOperationException', message);
}
