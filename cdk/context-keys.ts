import { ContextProvider } from 'aws-cdk-lib/cloud-assembly-schema';
import { FLAGS } from 'aws-cdk-lib/cx-api';
import { quote } from './field.ts';
import { nearestName } from './nearest-name.ts';
import { DEFAULT_SETTINGS } from './stage-settings.ts';

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
 * Says which context values neither this project nor the CDK knows, one line each: a slip such as `-c stgae=prod` would
 * otherwise be passed over, and another stage synthesized.
 */
export function findUnknownContext(context: Readonly<Record<string, unknown>>): string[] {
  const settings = Object.keys(DEFAULT_SETTINGS);
  return Object.entries(context).flatMap(([key, value]) => {
    if (PROJECT_KEYS.includes(key) || settings.includes(key) || isOfCdk(key)) return [];
    const nearest = nearestName(key, [...PROJECT_KEYS, ...settings, ...Object.keys(FLAGS), ...CDK_KEYS]);
    return [
      `${key} is no context value: this project knows ${PROJECT_KEYS.join(', ')}, and the CDK its own; ` +
        `the nearest is ${nearest}; got ${quote(value)}`,
    ];
  });
}

function isOfCdk(key: string): boolean {
  return Object.hasOwn(FLAGS, key) || CDK_KEYS.includes(key) || CDK_PREFIXES.some((prefix) => key.startsWith(prefix));
}
