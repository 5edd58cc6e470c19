import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import type { EngineLives } from './engine-lives.ts';
import type { Incident } from './plan.ts';
import { functionProcesses, oldestOfEach } from './processes.ts';
import type { Recordings } from './recordings.ts';
import { isAnswer } from './sign-ups.ts';

/** Refuses what rules send, whatever else the policy of a queue allows. */
const REFUSAL = {
  Effect: 'Deny',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: '*',
};

const CALLS_IN_FLIGHT = 8;
const AGAIN_MS = 100;

export interface IncidentsProps {
  readonly lives: EngineLives;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly outputs: Readonly<Record<string, string>>;
  readonly recordings: Recordings;
}

/** Brings about what a plan says, and counts it. */
export class Incidents {
  readonly #props: IncidentsProps;
  enginesKilled = 0;
  functionsKilled = 0;
  queuesClosed = 0;
  urisLost = 0;

  constructor(props: IncidentsProps) {
    this.#props = props;
  }

  async bring(incident: Incident): Promise<void> {
    switch (incident.kind) {
      case 'engine-killed':
        this.enginesKilled += 1;
        return this.#props.lives.kill();
      case 'function-killed':
        return this.#killFunction(incident.pick, incident.sparesOldest);
      case 'queue-closed':
        return this.#closeQueue(incident.subscriber, incident.seconds);
      case 'uris-lost':
        return this.#loseUris(incident.users);
    }
  }

  async #killFunction(pick: number, sparesOldest: boolean): Promise<void> {
    const { pid } = await this.#props.lives.up();
    const all = functionProcesses(pid);
    const spared = sparesOldest ? oldestOfEach(all) : [];
    const processes = all.filter((each) => !spared.includes(each));
    const chosen = processes[Math.floor(pick * processes.length)];
    if (chosen === undefined) return; // the engine was killed just now, or has no second one
    process.kill(chosen.pid, 'SIGKILL');
    this.functionsKilled += 1;
  }

  /** Adds a refusal to the policy of a queue, and takes it back. */
  async #closeQueue(subscriber: string, seconds: number): Promise<void> {
    const { sqs, outputs } = this.#props;
    const QueueUrl = outputs[`${subscriber}QueueUrl`];
    const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] });
    const { Attributes = {} } = await this.#untilAnswered(() => sqs.send(read));
    const { Policy = '' } = Attributes;
    const { Statement, ...policy } = JSON.parse(Policy);
    const closed = JSON.stringify({ ...policy, Statement: [...Statement, REFUSAL] });
    const set = (text: string) =>
      this.#untilAnswered(() => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: text } })));
    await set(closed);
    this.queuesClosed += 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await set(Policy);
  }

  async #loseUris(users: number): Promise<void> {
    const { recordings, outputs, dynamodb } = this.#props;
    // Those who have had their URI for the longest time: nothing is under way for them.
    const all = [...recordings.uris.keys()];
    const lost = all.slice(0, Math.floor(all.length / 2)).slice(-users);
    const lose = (userId: string) =>
      this.#untilAnswered(() =>
        dynamodb.send(
          new UpdateItemCommand({
            TableName: outputs.UsersTableName,
            Key: { userId: { S: userId } },
            UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
          }),
        ),
      );
    await pMap(lost, lose, { concurrency: CALLS_IN_FLIGHT });
    this.urisLost += lost.length;
  }

  /** Calls again until the engine answers. */
  async #untilAnswered<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.#props.lives.up();
      try {
        return await call();
      } catch (error) {
        if (isAnswer(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }
}
