import { ContextProvider } from 'aws-cdk-lib/cloud-assembly-schema';
import { FLAGS } from 'aws-cdk-lib/cx-api';
import { DEFAULT_SETTINGS } from './stage-settings.ts';

/** An app that cannot be synthesized as it is configured. One line for each problem. */
export class ConfigError extends Error {
  /** A line for each, which names what is wrong, what is allowed and what was received. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Context values of this project. Those of a stage are written into the stage. */
const PROJECT_KEYS: readonly string[] = ['stage', 'stages', 'tableArn', 'tableStreamArn'];

/** Keys that the CDK and its CLI read beside feature flags, gathered from their sources (2.276.0): neither has a list. */
const CDK_KEYS = [
  '@aws-cdk/aws-ec2.securityGroupDisableInlineRules',
  '@aws-cdk/aws-iam.arnSizeEstimate',
  '@aws-cdk/core.TreeMetadata:maxNodes',
  '@aws-cdk/core.slowSynthThreshold',
  '@aws-cdk/core:appMode',
  '@aws-cdk/core:assetHashSalt',
  '@aws-cdk/core:bootstrapQualifier',
  '@aws-cdk/core:failSynthOnValidationErrors',
  '@aws-cdk/core:inlineCustomResourceIfPossible',
  '@aws-cdk/core:permissionsBoundary',
  '@aws-cdk/core:stackResourceLimit',
  '@aws-cdk/core:suppressTemplateIndentation',
  '@aws-cdk/core:validationReportJson',
  '@aws-cdk/iam:customizeRoles',
  'acknowledged-issue-numbers',
  'assets-ecr-repository-name',
  'cdk-migrate',
  'cli-telemetry',
];

/** What the CLI passes to the app, and what it has looked up in an account, as `ami:account=…`, which cdk.context.json keeps. */
const CDK_PREFIXES = ['aws:cdk:', ...Object.values(ContextProvider).map((provider) => `${provider}:`)];

/**
 * Says which context values are unknown to this project and to the CDK, one line each. CDK apps ignore such a value: with
 * `-c stgae=prod` they would synthesize another stage.
 *
 * @param ownKeys what an app of another team reads besides
 */
export function findUnknownContext(
  context: Readonly<Record<string, unknown>>,
  ownKeys: readonly string[] = [],
): string[] {
  const keys = [...PROJECT_KEYS, ...ownKeys];
  // A setting is known, and refused later with a better message.
  const known = [...keys, ...Object.keys(DEFAULT_SETTINGS), ...Object.keys(FLAGS), ...CDK_KEYS];
  return Object.keys(context)
    .filter((key) => !known.includes(key) && !CDK_PREFIXES.some((prefix) => key.startsWith(prefix)))
    .map(
      (key) =>
        `${key} is no context value of this project (${keys.join(', ')}) or of the CDK; did you mean ${nearestName(key, known)}?`,
    );
}

/**
 * Refuses context values that nothing reads, such as `-c stgae=prod`.
 *
 * @param context all of it: `app.node.getAllContext()`
 * @param ownKeys the context values that this app reads, besides `stage` and those of the CDK
 * @throws {ConfigError} naming each of them, and the nearest known name
 */
export function checkContext(context: Readonly<Record<string, unknown>>, ownKeys: readonly string[] = []): void {
  const unknown = findUnknownContext(context, ownKeys);
  if (unknown.length > 0) throw new ConfigError(unknown);
}

/** Runs what synthesizes an app. A ConfigError is shown as its lines alone, without a stack trace, and the exit code is 1. */
export async function runApp(synthesize: () => Promise<void>): Promise<void> {
  try {
    await synthesize();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * The name that the fewest typing mistakes turn into `written`: a character too many, missing, wrong, or two swapped. Case
 * does not count. The first of several; undefined if there are no names.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const mistakes = mistakesBetween(written.toLowerCase(), name.toLowerCase());
    if (mistakes < fewest) [nearest, fewest] = [name, mistakes];
  }
  return nearest;
}

/** Source: the optimal string alignment distance (Damerau and Levenshtein). */
function mistakesBetween(one: string, other: string): number {
  let last: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (last[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [last, row] = [row, next];
  }
  return row[other.length] ?? 0;
}
