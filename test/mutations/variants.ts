import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import type { Mutation, Template } from './mutation.ts';
import { mutationsOf } from './mutations.ts';

/** A synthesized stack, and what is to be taken out of it. */
export interface Variant {
  /** What sets it apart, in words. */
  readonly name: string;
  readonly assembly: string;
  readonly mutations: readonly Mutation[];
}

/** Every option of user buckets, each of which asks for more. */
const ALL_BUCKET_OPTIONS = {
  bucketCors: true,
  bucketPublicListing: true,
  bucketTlsOnly: true,
  bucketTags: { team: 'platform' },
  bucketLifecycle: { abortUploadsAfterDays: 7 },
};

/** Synthesizes the stage `dev` as it is, and with every option of user buckets, into folders inside of `folder`. */
export async function synthesizeVariants(folder: string): Promise<Variant[]> {
  const asItIs = await synthesizeVariant(join(folder, 'as-it-is'), 'the stage dev');
  const context = JSON.parse(await readFile('cdk.json', 'utf8')).context;
  const stages = { ...context.stages, dev: { ...context.stages.dev, ...ALL_BUCKET_OPTIONS } };
  const withOptions = await synthesizeVariant(join(folder, 'with-options'), 'with all bucket options', { stages });
  const known = new Set(asItIs.mutations.map(nameOf));
  return [asItIs, { ...withOptions, mutations: withOptions.mutations.filter((each) => !known.has(nameOf(each))) }];
}

async function synthesizeVariant(assembly: string, name: string, context = {}): Promise<Variant> {
  await synthesize({ outdir: assembly, context: { stage: 'dev', ...context } });
  const template: Template = JSON.parse(
    await readFile(join(assembly, 'user-bucket-pipeline-dev.template.json'), 'utf8'),
  );
  return { name, assembly, mutations: mutationsOf(template) };
}

/** Tells mutations of several variants apart. */
function nameOf({ kind, logicalId, what }: Mutation): string {
  return [kind, logicalId, what].join(' ');
}
