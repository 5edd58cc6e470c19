import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { loadConfig } from '../../../cdk/config.ts';
import { findSubscribers } from '../../../cdk/find-subscribers.ts';
import { subscribersOf } from '../../../cdk/leaving-users.ts';
import { PipelineStack } from '../../../cdk/pipeline-stack.ts';
import { PROJECT_FOLDER, readCdkJson } from '../../../cdk/synthesize.ts';
import { type Assemblies, STAGES, type StageName } from './stages.ts';

/** The simulation loads the handlers' sources: no bundle is run. */
const NO_CODE = join(import.meta.dirname, 'no-code');

const OWN_SUBSCRIBERS = join(import.meta.dirname, '..', 'subscribers');

/** Runs `use` with an assembly of each stage. They are removed afterwards. */
export async function withAssemblies(use: (assemblies: Assemblies) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-simulation-'));
  try {
    await use(await synthesizeStages(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes an assembly of each stage into a folder of its own. @param folder that exists */
export async function synthesizeStages(folder: string): Promise<Assemblies> {
  const found = [
    ...(await findSubscribers(join(PROJECT_FOLDER, 'services'))),
    ...(await findSubscribers(OWN_SUBSCRIBERS)),
  ];
  const names = Object.keys(STAGES) as StageName[];
  const written = names.map((name) => {
    const outdir = join(folder, name);
    const { settings, services, subscribers } = STAGES[name];
    const wanted: readonly string[] = [...services, ...subscribers];
    const { context } = readCdkJson(PROJECT_FOLDER);
    const dev = (context.stages as Readonly<Record<string, object>>).dev;
    const app = new App({
      analyticsReporting: false,
      builtinCloudFormationValidation: false, // takes seconds; `cdk synth` does it
      treeMetadata: false,
      outdir,
      // wins over what the environment says
      postCliContext: { ...context, stage: 'dev', stages: { dev: { ...dev, ...settings } } },
    });
    const config = loadConfig(app.node.getAllContext());
    new PipelineStack(app, 'user-bucket-pipeline-dev', {
      config,
      subscribers: subscribersOf(
        found.filter((subscriber) => wanted.includes(subscriber.name)),
        config,
      ),
      codeOf: () => Code.fromAsset(NO_CODE),
    });
    app.synth();
    return [name, outdir] as const;
  });
  return Object.fromEntries(written) as unknown as Assemblies;
}
