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

  /** How it answers an operation now. */
  answerOf(operation: string): Answer | undefined {
    return this.#answers.get(operation);
  }

  /** A client of any service. */
  client<TClient>(): TClient {
    return { send: this.#send } as TClient;
  }

  /** Clients of the SDK's own classes, as its paginators require. */
  get clients(): AwsClients {
    const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const of = (Client: new (settings: object) => object) => Object.assign(new Client(settings), { send: this.#send });
    return { of, destroy: () => {} } as unknown as AwsClients;
  }

  readonly #send = async (command: { input: Input }) => {
    const operation = command.constructor.name.replace(/Command$/, '');
    // A paginator changes the input of its first call for the next one.
    if (this.calls.push([operation, { ...command.input }]) > MOST_CALLS)
      throw new Error(`${operation} is called for ever.`);
    const answer = this.#answers.get(operation);
    if (answer === undefined) throw new Error(`The test does not expect ${operation}.`);
    return answer(command.input);
  };

  /** What an operation was asked, call by call. */
  inputs(operation: string): Input[] {
    return this.calls.filter(([called]) => called === operation).map(([, input]) => input);
  }
}

/** An error as the SDK throws it. @param attempts how often the call was tried */
export function awsError(name: string, message = name, attempts = 1): Error {
  return Object.assign(new Error(message), { name, $metadata: { attempts } });
}
