import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type End, EngineRun } from './engine-run.ts';

/** AWS's clients of one life of the engine, and the outputs of its stack. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly logs: CloudWatchLogsClient;
  readonly outputs: Readonly<Record<string, string>>;
  destroy(): void;
}

/** A pipeline over one data folder, whose engine is killed and started again while others work with it. */
export class SurvivingPipeline {
  readonly #dataFolder: string;
  #run: EngineRun;
  #clients: Promise<Clients | undefined>;
  #began = Promise.withResolvers<void>();

  constructor(dataFolder: string, firstEnd: End) {
    this.#dataFolder = dataFolder;
    this.#run = new EngineRun(dataFolder, firstEnd);
    this.#clients = connect(this.#run);
  }

  /** Waits for the engine's end, or brings it about when `isDone` resolves before; then starts the next one. */
  async next(isDone: Promise<unknown>, end: End): Promise<void> {
    await Promise.race([this.#run.ended, isDone]);
    this.#run.kill();
    await this.#run.ended;
    (await this.#clients)?.destroy();
    this.#run = new EngineRun(this.#dataFolder, end);
    this.#clients = connect(this.#run);
    const began = this.#began;
    this.#began = Promise.withResolvers();
    began.resolve();
  }

  /** Calls the engine, and calls the next one again whenever one is gone before it has answered. */
  async call<T>(call: (clients: Clients) => Promise<T>): Promise<T> {
    for (;;) {
      const next = this.#began.promise;
      const run = this.#run;
      const clients = await this.#clients;
      try {
        if (clients !== undefined) {
          const answer = await call(clients);
          run.answered();
          return answer;
        }
      } catch (error) {
        if (isAnswer(error)) throw error;
        await run.ended;
      }
      await next;
    }
  }

  async stop(): Promise<void> {
    await this.#run.stop();
    (await this.#clients)?.destroy();
  }

  /** For when a test has failed. */
  async kill(): Promise<void> {
    this.#run.kill();
    await this.#run.ended;
  }
}

/** Undefined if the engine was gone before. */
async function connect(run: EngineRun): Promise<Clients | undefined> {
  const endpoint = await run.endpoint;
  if (endpoint === undefined) return undefined;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  // What is gone is not called again.
  const settings = { endpoint, region: 'ap-northeast-1', credentials, maxAttempts: 1 };
  const cloudformation = new CloudFormationClient(settings);
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({}));
    const outputs = (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    const clients = {
      dynamodb: new DynamoDBClient(settings),
      s3: new S3Client(settings),
      sqs: new SQSClient(settings),
      logs: new CloudWatchLogsClient(settings),
    };
    return {
      ...clients,
      outputs: Object.fromEntries(outputs),
      destroy: () => {
        for (const client of Object.values(clients)) client.destroy();
      },
    };
  } catch (error) {
    if (isAnswer(error)) throw error;
    await run.ended;
    return undefined;
  } finally {
    cloudformation.destroy();
  }
}

/** Whether an error is the engine's answer, and not that there was none. */
function isAnswer(error: unknown): boolean {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;
}
