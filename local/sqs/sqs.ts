import { type ApiRequest, type ApiResponse, jsonResponse } from '../gateway/http.ts';
import { jsonBody, type Operation, targetOperation } from '../gateway/json-protocol.ts';
import { queryAction } from '../gateway/query-protocol.ts';
import type { SqsCall } from './fauxqs-sqs.ts';
import { fromSqsQuery, sqsQueryResponse } from './sqs-query.ts';

/** The SQS API, in the JSON protocol and in the query protocol: operations of ours, and fauxqs's for the rest. */
export class Sqs {
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #others: SqsCall;

  constructor({ operations, others }: { operations: Readonly<Record<string, Operation>>; others: SqsCall }) {
    this.#operations = operations;
    this.#others = others;
  }

  /** The operation that a request names, in either protocol. */
  static operationOf(request: ApiRequest): string {
    return targetOperation(request) || queryAction(request);
  }

  /**
   * @param operation such as `ReceiveMessage`
   * @throws AwsError what SQS would answer
   */
  async handle(operation: string, request: ApiRequest): Promise<ApiResponse> {
    const isQuery = request.headers['x-amz-target'] === undefined;
    const members = isQuery ? fromSqsQuery(request) : jsonBody(request);
    const ours = Object.hasOwn(this.#operations, operation) ? this.#operations[operation] : undefined;
    const answer = await (ours ? ours(members) : this.#others(operation, members));
    return isQuery ? sqsQueryResponse(operation, answer) : jsonResponse(answer);
  }
}
