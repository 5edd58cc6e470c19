import { BUCKET_NAMESPACES, type BucketNameSettings } from '../bucket-service/bucket-name.ts';

/** How a stage names buckets, and what becomes of them when their users leave. */
export interface RetirementSettings extends BucketNameSettings {
  /** Whole days after which S3 may empty them. @default - the objects stay */
  readonly emptyAfterDays?: number;
}

/** The environment variables that hold them. */
export const RETIREMENT_VARIABLES = [
  'AWS_REGION',
  'BUCKET_ACCOUNT_ID',
  'BUCKET_NAMESPACE',
  'BUCKET_NAME_PREFIX',
  'EMPTY_RETIRED_AFTER_DAYS',
] as const;

export type RetirementVariables = Readonly<Record<(typeof RETIREMENT_VARIABLES)[number], string>>;

/** Instead of days, for a stage that keeps the buckets of users who left. */
const NEVER = 'never';

/** Writes the settings into those variables. Lambda itself sets `AWS_REGION`. */
export function retirementVariables(settings: RetirementSettings): Omit<RetirementVariables, 'AWS_REGION'> {
  return {
    BUCKET_NAME_PREFIX: settings.prefix,
    BUCKET_NAMESPACE: settings.namespace,
    BUCKET_ACCOUNT_ID: settings.accountId,
    EMPTY_RETIRED_AFTER_DAYS: String(settings.emptyAfterDays ?? NEVER),
  };
}

/**
 * Reads the settings out of those variables.
 *
 * @throws {Error} naming the variable, what is allowed and what was received
 */
export function retirementSettings(variables: RetirementVariables): RetirementSettings {
  const refuse = (name: keyof RetirementVariables, problem: string): never => {
    throw new Error(`${name} ${problem}; got ${JSON.stringify(variables[name])}`);
  };
  const namespace = BUCKET_NAMESPACES.find((each) => each === variables.BUCKET_NAMESPACE);
  const days = variables.EMPTY_RETIRED_AFTER_DAYS;
  if (!/^\d{12}$/.test(variables.BUCKET_ACCOUNT_ID)) refuse('BUCKET_ACCOUNT_ID', 'must be 12 digits');
  // Not 0: no bucket is emptied at once.
  if (days !== NEVER && !/^[1-9]\d*$/.test(days)) {
    refuse('EMPTY_RETIRED_AFTER_DAYS', `must be ${NEVER}, or a whole number of days from 1 on`);
  }
  return {
    prefix: variables.BUCKET_NAME_PREFIX,
    namespace: namespace ?? refuse('BUCKET_NAMESPACE', `must be ${BUCKET_NAMESPACES.join(' or ')}`),
    accountId: variables.BUCKET_ACCOUNT_ID,
    region: variables.AWS_REGION,
    ...(days !== NEVER && { emptyAfterDays: Number(days) }),
  };
}
