import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { loadConfig } from '../../../cdk/config.ts';
import type { CompleteSubscription, FoundSubscriber } from '../../../cdk/find-subscribers.ts';
import { PipelineStack } from '../../../cdk/pipeline-stack.ts';
import type { StageSettings } from '../../../cdk/stage-settings.ts';
import { subscriberId } from '../../../cdk/subscriber-name.ts';

/** The context of `cdk.json`, feature flags included. */
export const projectContext: Readonly<Record<string, unknown>> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

export interface StackOptions {
  /** Settings of the stage `test`. */
  readonly settings?: Partial<StageSettings>;
  /** Context values beside the stages, as `-c name=value` sets them. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** @default one subscriber to each event, with the access that the two services ask for */
  readonly subscribers?: readonly FoundSubscriber[];
}

/** The pipeline with stand-ins for the bundled handlers: nothing is bundled. */
export function pipelineStack({ settings = {}, context = {}, subscribers }: StackOptions = {}): PipelineStack {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false, // takes seconds; `cdk synth` does it
    // what only `cdk` shows to people; no part of a template
    stackTraces: false,
    treeMetadata: false,
    // wins over what the environment says
    postCliContext: { ...projectContext, stage: 'test', stages: { test: settings }, ...context },
  });
  return new PipelineStack(app, 'Pipeline', {
    config: loadConfig(app.node.getAllContext()),
    subscribers: subscribers ?? [
      foundSubscriber('bucket-service', {
        event: 'UserRegistered',
        access: ['create-user-buckets', 'publish-events'],
      }),
      foundSubscriber('uri-recorder', { event: 'BucketCreated', access: ['record-bucket-uris'] }),
    ],
    codeOf: () => Code.fromInline('export const handler = async () => {};'),
  });
}

/** Templates as JSON, by their options: a test file asks for some of them again and again. */
const synthesized = new Map<string, string>();

/** The template of {@link pipelineStack}, a copy for each caller. */
export function synthesize(options: StackOptions = {}): Template {
  const key = JSON.stringify(options);
  const json = synthesized.get(key) ?? JSON.stringify(Template.fromStack(pipelineStack(options)).toJSON());
  synthesized.set(key, json);
  return Template.fromJSON(JSON.parse(json));
}

/** A subscriber as it is found under `services/`, with the defaults of a subscription. */
export function foundSubscriber(name: string, subscription: Partial<CompleteSubscription> = {}): FoundSubscriber {
  const event = subscription.event ?? 'UserRegistered';
  return {
    name,
    id: subscriberId(name),
    folder: `services/${name}`,
    handlerFile: `services/${name}/handler.ts`,
    event: { source: event === 'BucketCreated' ? 'bucket-service' : 'users-table', detailType: event },
    subscription: {
      event,
      access: [],
      schemaVersion: 'any',
      where: {},
      timeoutSeconds: 10,
      concurrency: 10,
      batchSize: 10,
      replays: 'receive',
      ...subscription,
    },
  };
}
