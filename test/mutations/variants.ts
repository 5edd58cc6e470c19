import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import type { Check } from './check.ts';
import { CHECKS, CHECKS_WHERE_USERS_LEAVE } from './checks.ts';
import { LISTED_ACCOUNT, LISTED_ORGANIZATION } from './foreign-checks.ts';
import type { Mutation, Template } from './mutation.ts';
import { mutationsOf } from './mutations.ts';

/** A synthesized stack, and what is to be taken out of it. */
export interface Variant {
  /** What sets it apart, in words. */
  readonly name: string;
  readonly assembly: string;
  /** What it promises. */
  readonly checks: readonly Check[];
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

/** What happens when users leave, and who may subscribe from outside. */
const LEAVING = {
  whenUserLeaves: 'empty-and-delete',
  emptyBucketAfterDays: 7,
  busSubscribers: { accounts: [LISTED_ACCOUNT], organizations: [LISTED_ORGANIZATION] },
};

/**
 * Synthesizes the stage `dev` as it is, with every option of user buckets, and with something that happens when users leave, into
 * folders inside of `folder`.
 */
export async function synthesizeVariants(folder: string): Promise<Variant[]> {
  const context = JSON.parse(await readFile('cdk.json', 'utf8')).context;
  const variant = (name: string, inWords: string, settings: object, checks = CHECKS) => {
    const stages = { dev: { ...context.stages.dev, ...settings } };
    return synthesizeVariant(join(folder, name), inWords, checks, { stages });
  };
  const asItIs = await variant('as-it-is', 'the stage dev', {});
  const others = [
    await variant('with-options', 'with all bucket options', ALL_BUCKET_OPTIONS),
    await variant('leaving', 'where users leave and others subscribe', LEAVING, CHECKS_WHERE_USERS_LEAVE),
  ];
  const known = new Set(asItIs.mutations.map(nameOf));
  const isNew = (mutation: Mutation) => !known.has(nameOf(mutation));
  return [asItIs, ...others.map((each) => ({ ...each, mutations: each.mutations.filter(isNew) }))];
}

async function synthesizeVariant(
  assembly: string,
  name: string,
  checks: readonly Check[],
  context: object,
): Promise<Variant> {
  await synthesize({ outdir: assembly, context: { stage: 'dev', ...context } });
  const template: Template = JSON.parse(
    await readFile(join(assembly, 'user-bucket-pipeline-dev.template.json'), 'utf8'),
  );
  return { name, assembly, checks, mutations: mutationsOf(template) };
}

/** Tells mutations of several variants apart. */
function nameOf({ kind, logicalId, what }: Mutation): string {
  return [kind, logicalId, what].join(' ');
}
