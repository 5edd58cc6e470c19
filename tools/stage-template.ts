import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { loadConfig } from '../cdk/config.ts';
import { findSubscribers } from '../cdk/find-subscribers.ts';
import { subscribersOf } from '../cdk/leaving-users.ts';
import { PipelineStack } from '../cdk/pipeline-stack.ts';

const PROJECT = join(import.meta.dirname, '..');

/** A resource of a template, as CloudFormation reads it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A template so far as checks and the cost page read it. */
export interface StageTemplate {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/**
 * The template of a stage, with the project's own subscribers but nothing bundled: for what looks at the stack and
 * deploys nothing. It therefore holds no asset, and no hash of one.
 *
 * @param context context values that replace those of cdk.json, such as `{ stage: 'prod' }`
 * @param isWanted which of the subscribers it has, by their names; all, unless said
 * @throws ConfigError naming every wrong value
 */
export async function stageTemplate(
  context: Readonly<Record<string, unknown>> = {},
  isWanted: (subscriber: string) => boolean = () => true,
): Promise<StageTemplate> {
  const { context: ofProject } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false, // takes seconds; `cdk synth` does it
    stackTraces: false,
    treeMetadata: false,
    postCliContext: { ...ofProject, ...context }, // wins over what the environment says
  });
  const config = loadConfig(app.node.getAllContext());
  const stack = new PipelineStack(app, `user-bucket-pipeline-${config.stage}`, {
    config,
    subscribers: subscribersOf(await findSubscribers(join(PROJECT, 'services')), config).filter(({ name }) =>
      isWanted(name),
    ),
    codeOf: () => Code.fromInline('export const handler = async () => {};'),
  });
  return app.synth().getStackByName(stack.stackName).template;
}
