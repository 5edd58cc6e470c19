import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeRuleCommand, type DescribeRuleCommandOutput, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DescribePipeCommand, type DescribePipeCommandOutput, PipesClient } from '@aws-sdk/client-pipes';
import type { AwsClients } from '../aws/aws-clients.ts';
import { ifFound } from '../aws/aws-failure.ts';
import { type FoundStack, findLogGroups, requireOutput } from '../deployed/stack.ts';
import { type DeployedSubscriber, findSubscribers, ruleOfArn } from '../deployed/subscribers.ts';
import { besideBus } from '../deployed/temporary-names.ts';

/** A pipe of the users table's stream. */
export interface PipeOfRows {
  readonly name: string;
  /** What it makes events of. */
  readonly rows: 'new rows' | 'deleted rows';
  /** Undefined if it was deleted. */
  readonly found: DescribePipeCommandOutput | undefined;
}

/** A deployed pipeline. What several checks need is read once. */
export class Deployed {
  readonly clients: AwsClients;
  readonly stack: FoundStack;
  readonly subscribers: readonly DeployedSubscriber[];
  readonly #rules = new Map<string, Promise<DescribeRuleCommandOutput | undefined>>();
  #pipes: Promise<readonly PipeOfRows[]> | undefined;
  #logGroups: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(clients: AwsClients, stack: FoundStack) {
    this.clients = clients;
    this.stack = stack;
    this.subscribers = findSubscribers(stack);
  }

  /** @throws CommandFailure if the stack is not one of this project */
  output(key: string): string {
    return requireOutput(this.stack, key);
  }

  /** That of new rows, and then that of deleted rows if the stage has it. */
  pipes(): Promise<readonly PipeOfRows[]> {
    const ofDeletions = this.stack.outputs.DeletionPipeName;
    this.#pipes ??= Promise.all([
      this.#describePipe(this.output('PipeName'), 'new rows'),
      ...(ofDeletions === undefined ? [] : [this.#describePipe(ofDeletions, 'deleted rows')]),
    ]);
    return this.#pipes;
  }

  async #describePipe(name: string, rows: PipeOfRows['rows']): Promise<PipeOfRows> {
    const found = await ifFound(this.clients.of(PipesClient).send(new DescribePipeCommand({ Name: name })));
    return { name, rows, found };
  }

  /** The rule of a subscriber; undefined if it was deleted. */
  rule({ ruleArn }: DeployedSubscriber): Promise<DescribeRuleCommandOutput | undefined> {
    const known = this.#rules.get(ruleArn);
    if (known !== undefined) return known;
    const { name: Name, bus: EventBusName } = ruleOfArn(ruleArn);
    const events = this.clients.of(EventBridgeClient);
    const rule = ifFound(events.send(new DescribeRuleCommand({ Name, EventBusName })));
    this.#rules.set(ruleArn, rule);
    return rule;
  }

  /** The log groups of subscribers, by their ids. */
  logGroups(): Promise<ReadonlyMap<string, string>> {
    this.#logGroups ??= findLogGroups(this.clients.of(CloudFormationClient), this.stack.name);
    return this.#logGroups;
  }

  /** The ARN of a queue in the pipeline's account and Region. */
  queueArn(name: string): string {
    return besideBus(this.output('EventBusArn'), 'sqs', name);
  }
}
