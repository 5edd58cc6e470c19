import { RECORDED_ATTRIBUTES } from '../services/shared/subscription.ts';
import { findLifecycleConflict } from './bucket-lifecycle.ts';
import { quote } from './field.ts';
import { DEFAULT_SETTINGS, STAGE_FIELDS, type StageSettings } from './stage-settings.ts';

/** No bucket name may begin with these (S3 user guide, bucket naming rules). */
const RESERVED_BUCKET_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];

/** What account, Region, date and the shortest hash of a user id leave of a name's 63 characters in every Region. */
const LONGEST_ACCOUNT_REGIONAL_PREFIX = 7;

/**
 * Says what is wrong with the settings of a stage, one line per problem.
 *
 * @param where opens each line, such as `stages.dev`
 */
export function findSettingProblems(where: string, settings: Record<string, unknown>): string[] {
  const known = Object.keys(STAGE_FIELDS);
  const problems = Object.entries(settings).flatMap(([name, value]) => {
    if (!known.includes(name)) {
      return [
        `${where}.${name} is no setting; there are ${known.join(', ')}, tableArn, tableStreamArn; got ${quote(value)}`,
      ];
    }
    const { accepts, allowed } = STAGE_FIELDS[name as keyof StageSettings];
    return accepts(value) ? [] : [`${where}.${name} must be ${allowed}; got ${quote(value)}`];
  });

  return [...problems, ...findConflicts(where, settings)];
}

/** Says what is wrong with values that are well-formed, one line per problem. */
function findConflicts(where: string, settings: Record<string, unknown>): string[] {
  const problems = findLifecycleConflict(`${where}.bucketLifecycle`, settings.bucketLifecycle);
  const { userIdAttribute, bucketNamePrefix, bucketNamespace = DEFAULT_SETTINGS.bucketNamespace } = settings;
  // The columns that uri-recorder writes: none of them can be the key.
  const recorded: readonly unknown[] = Object.values(RECORDED_ATTRIBUTES);
  if (recorded.includes(userIdAttribute)) {
    const taken = recorded.join(' or ');
    problems.push(
      `${where}.userIdAttribute must not be ${taken}, which are written later; got ${quote(userIdAttribute)}`,
    );
  }
  if (settings.removalPolicy === 'destroy' && settings.tableDeletionProtection === true) {
    problems.push(
      `${where}.tableDeletionProtection must be false with removalPolicy destroy, or the stack could not be deleted; got true`,
    );
  }
  if (typeof bucketNamePrefix !== 'string' || !STAGE_FIELDS.bucketNamePrefix.accepts(bucketNamePrefix)) return problems;
  if (RESERVED_BUCKET_PREFIXES.some((prefix) => prefix.startsWith(bucketNamePrefix))) {
    const names = RESERVED_BUCKET_PREFIXES.join(', ');
    problems.push(
      `${where}.bucketNamePrefix must not begin a prefix that S3 reserves (${names}); got ${quote(bucketNamePrefix)}`,
    );
  }
  if (bucketNamespace === 'account-regional' && bucketNamePrefix.length > LONGEST_ACCOUNT_REGIONAL_PREFIX) {
    const allowed = `at most ${LONGEST_ACCOUNT_REGIONAL_PREFIX} characters in the account-regional namespace`;
    problems.push(
      `${where}.bucketNamePrefix must have ${allowed}, so that names fit in every Region; got ${quote(bucketNamePrefix)}`,
    );
  }
  return problems;
}
