import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers every call of a function's clients with success at once, and remembers which calls came. */
export class AwsStub {
  readonly #server: Server;
  #calls: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      const call = callOf(request);
      this.#calls.push(call);
      request.resume().once('end', () => response.end(ANSWERS[call] ?? '{}'));
    });
  }

  static async start(): Promise<AwsStub> {
    const stub = new AwsStub();
    await once(stub.#server.listen(0, '127.0.0.1'), 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Which calls came since it was last asked, such as `PUT` for S3 and `UpdateItem`. */
  takeCalls(): readonly string[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const ANSWERS: Readonly<Record<string, string>> = {
  PUT: '',
  PutEvents: '{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}',
};

/** JSON protocols name the operation in a header; S3 does not. */
function callOf({ headers, method = '' }: IncomingMessage): string {
  return /\.(\w+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1] ?? method;
}
