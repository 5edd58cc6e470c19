import type { Pipeline } from '../support/pipeline.ts';

/** A template, as far as mutations look into it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; Properties: Properties }>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as there are resources
export type Properties = Record<string, any>;

/** What kinds of things a template may lose. */
export const KINDS = {
  statement: 'Allow statements',
  action: 'actions of statements with several',
  'resource policy': 'whole resource policies',
  variable: 'environment variables',
  pattern: 'parts of event patterns',
} as const;

export type Kind = keyof typeof KINDS;

/** One thing taken out of a template. */
export interface Mutation {
  readonly kind: Kind;
  /** Logical id of the resource that loses it. */
  readonly logicalId: string;
  /** What it loses, such as `s3:CreateBucket`. */
  readonly what: string;
  /** Takes it out of a template of its own. */
  apply(template: Template): void;
}

/** All lines in the log groups of a running pipeline. */
export function keptLines({ engine }: Pipeline): string[] {
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 };
  return engine.services.logs.list().flatMap((group) => [...group.read(everything)].map(({ message }) => message));
}
