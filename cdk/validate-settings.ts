import { lifecycleConflict } from '../services/bucket-service/bucket-lifecycle.ts';
import { bucketNamePrefixProblem } from '../services/bucket-service/bucket-name.ts';
import { quote } from '../services/shared/field.ts';
import { RECORDED_ATTRIBUTES } from '../services/shared/subscription.ts';
import { DEFAULT_SETTINGS, STAGE_FIELDS, type StageSettings } from './stage-settings.ts';

/**
 * Says what is wrong with the settings of a stage, one line per problem.
 *
 * @param where opens each line, such as `stages.dev`
 */
export function validateSettings(where: string, settings: Record<string, unknown>): string[] {
  const known = Object.keys(STAGE_FIELDS);
  const problems = Object.entries(settings).flatMap(([name, value]) => {
    if (!known.includes(name)) {
      return [
        `${where}.${name} is not a setting; the settings are ${known.join(', ')}, tableArn, tableStreamArn; got ${quote(value)}`,
      ];
    }
    const { accepts, allowed } = STAGE_FIELDS[name as keyof StageSettings];
    return accepts(value) ? [] : [`${where}.${name} must be ${allowed}; got ${quote(value)}`];
  });

  return [...problems, ...findConflicts(where, settings)];
}

/** What is wrong with values that are well-formed, one line per problem. */
function findConflicts(where: string, written: Record<string, unknown>): string[] {
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS, ...written };
  const valid = <Name extends keyof StageSettings>(name: Name): StageSettings[Name] =>
    STAGE_FIELDS[name].accepts(settings[name]) ? (settings[name] as StageSettings[Name]) : DEFAULT_SETTINGS[name];
  // uri-recorder writes these attributes, so none of them can be the key.
  const recorded: readonly string[] = Object.values(RECORDED_ATTRIBUTES);

  const conflicts: Partial<Record<keyof StageSettings, string | false | undefined>> = {
    bucketLifecycle: lifecycleConflict(valid('bucketLifecycle')),
    userIdAttribute:
      recorded.includes(valid('userIdAttribute')) && `must not be ${recorded.join(' or ')}, which uri-recorder writes`,
    emptyBucketAfterDays:
      written.emptyBucketAfterDays !== undefined &&
      valid('whenUserLeaves') !== 'empty-and-delete' &&
      'has an effect only with whenUserLeaves empty-and-delete: set that, or leave this out',
    tableDeletionProtection:
      written.removalPolicy === 'destroy' &&
      written.tableDeletionProtection === true &&
      'must be false with removalPolicy destroy, or CloudFormation could not delete the stack',
    bucketNamePrefix: bucketNamePrefixProblem({
      prefix: valid('bucketNamePrefix'),
      namespace: valid('bucketNamespace'),
    }),
  };
  return Object.entries(conflicts).flatMap(([name, problem]) =>
    problem ? [`${where}.${name} ${problem}; got ${quote(settings[name])}`] : [],
  );
}
