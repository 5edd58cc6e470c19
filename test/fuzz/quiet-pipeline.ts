import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import synthesizeOnce, { undisturbedAssembly } from '../support/assembly.ts';
import { Pipeline } from '../support/pipeline.ts';
import removeAssembly from '../support/remove-assembly.ts';

const TEMPLATE = 'user-bucket-pipeline-dev.template.json';

/** A template as JSON, to be changed. */
export interface AnyTemplate {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/** The pipeline's assembly, whose functions get no messages: what they do is no part of what is tried. */
export interface QuietAssembly {
  readonly folder: string;
  readonly template: AnyTemplate;
  remove(): Promise<void>;
}

export async function quietAssembly(): Promise<QuietAssembly> {
  await synthesizeOnce();
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-quiet-'));
  await cp(undisturbedAssembly(), folder, { recursive: true });
  const template: AnyTemplate = JSON.parse(await readFile(join(folder, TEMPLATE), 'utf8'));
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping') Properties.Enabled = false;
  }
  await writeFile(join(folder, TEMPLATE), JSON.stringify(template));
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    await removeAssembly();
  };
  return { folder, template, remove };
}

/** A pipeline of that assembly, running. */
export async function quietPipeline(dataFolder?: string): Promise<{ pipeline: Pipeline; stop: () => Promise<void> }> {
  const assembly = await quietAssembly();
  const pipeline = await Pipeline.start({
    assemblies: [assembly.folder],
    ...(dataFolder !== undefined && { dataFolder }),
  });
  const stop = async () => {
    await pipeline.stop();
    await assembly.remove();
  };
  return { pipeline, stop };
}
