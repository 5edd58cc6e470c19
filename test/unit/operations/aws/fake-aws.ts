import type { AwsClients } from '../../../../operations/aws/aws-clients.ts';

/** What an operation is asked; tests know which. */
// biome-ignore lint/suspicious/noExplicitAny: the input of any operation
type Input = any;

type Answer = (input: Input) => unknown;

/** No test makes so many calls: more of them never end, and a loop that waits for nothing else would run past every time limit. */
export const MOST_CALLS = 10_000;

/** An AWS that answers each operation as the test says, and remembers what it was asked. */
export class FakeAws {
  readonly calls: (readonly [operation: string, input: Input])[] = [];
  readonly #answers: Map<string, Answer>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.#answers = new Map(Object.entries(answers));
  }

  /** Answers an operation otherwise from now on. */
  answer(operation: string, answer: Answer): void {
    this.#answers.set(operation, answer);
  }

  /** A client of whatever service. */
  client<TClient>(): TClient {
    return {
      send: async (command: { input: Input }) => {
        const operation = command.constructor.name.replace(/Command$/, '');
        if (this.calls.push([operation, command.input]) > MOST_CALLS)
          throw new Error(`${operation} is called for ever.`);
        const answer = this.#answers.get(operation);
        if (answer === undefined) throw new Error(`The test says nothing of ${operation}.`);
        return answer(command.input);
      },
    } as TClient;
  }

  get clients(): AwsClients {
    return { of: () => this.client(), destroy: () => {} } as unknown as AwsClients;
  }

  /** What an operation was asked, call by call. */
  inputs(operation: string): Input[] {
    return this.calls.filter(([called]) => called === operation).map(([, input]) => input);
  }
}

/** An error as the SDK throws it. @param attempts how often the call was tried */
export function awsError(name: string, message = name, attempts = 1): Error {
  return Object.assign(new Error(message), { name, $metadata: { attempts } });
}
