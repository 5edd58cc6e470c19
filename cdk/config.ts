import { isJsonObject } from '../schemas/event-contract.ts';
import { quote } from '../services/shared/field.ts';
import { ConfigError, checkContext } from './context.ts';
import { type ExistingTable, findTableProblems } from './existing-table.ts';
import { DEFAULT_SETTINGS, type StageSettings } from './stage-settings.ts';
import { validateSettings } from './validate-settings.ts';

/** Everything that synthesis depends on. */
export interface PipelineConfig extends StageSettings {
  /** Name of the deployed copy, such as `dev`: part of the stack's name. */
  readonly stage: string;

  /**
   * An existing sign-up table, from the context values `tableArn` and `tableStreamArn`
   * (on the command line, or in the stage).
   * @default - the stack makes its own table
   */
  readonly existingTable?: ExistingTable;

  /**
   * The other stages of cdk.json whose buckets have names of the same form, in a stage where users leave. Nothing on a bucket says
   * which stage it belongs to.
   * @default - none, or nothing happens when users leave
   */
  readonly sameBucketNamesAs?: readonly string[];
}

const STAGE_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_STAGE_NAME = 20;

/**
 * Reads the config of the chosen stage out of the CDK context: `stage`, `stages`, and optionally `tableArn` with
 * `tableStreamArn`.
 *
 * @param context all of it, such as `app.node.getAllContext()`
 * @throws {ConfigError} naming every wrong or unknown value, what is allowed and what was received
 */
export function loadConfig(context: Readonly<Record<string, unknown>>): PipelineConfig {
  // First: with a misspelt `stage` the problems would be those of another stage.
  checkContext(context);
  const [stage, written] = chooseStage(context.stage, context.stages);
  const { tableArn, tableStreamArn, ...settings } = written;
  const table = {
    tableArn: context.tableArn ?? tableArn,
    tableStreamArn: context.tableStreamArn ?? tableStreamArn,
  };

  const problems = [
    ...validateSettings(`stages.${stage}`, settings),
    ...findTableProblems(table),
    ...findMisplacedSettings(stage, context),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  const complete: StageSettings = {
    ...DEFAULT_SETTINGS,
    // A stage whose data is deleted with the stack cannot protect the table.
    ...(settings.removalPolicy === 'destroy' && { tableDeletionProtection: false }),
    ...settings,
  };
  const alike = complete.whenUserLeaves === 'nothing' ? [] : stagesNamingAlike(stage, complete, context.stages);
  if (alike.length > 0 && complete.whenUserLeaves === 'empty-and-delete') {
    throw new ConfigError([
      `stages.${stage}: buckets of ${alike.join(', ')} have names of the same form, so that S3 would empty those of a user with the ` +
        'same id as well; give one of the stages another bucketNamePrefix, which only new buckets get',
    ]);
  }
  return {
    ...complete,
    stage,
    ...(alike.length > 0 && { sameBucketNamesAs: alike }),
    ...(table.tableArn === undefined ? {} : { existingTable: table as ExistingTable }),
  };
}

/** @param stages all of them, as cdk.json has them: those that were not chosen are not checked */
function stagesNamingAlike(stage: string, settings: StageSettings, stages: unknown): string[] {
  return Object.entries(isJsonObject(stages) ? stages : {}).flatMap(([name, written]) => {
    if (name === stage || !isJsonObject(written)) return [];
    const other = { ...DEFAULT_SETTINGS, ...written };
    const { bucketNamePrefix, bucketNamespace } = settings;
    return other.bucketNamePrefix === bucketNamePrefix && other.bucketNamespace === bucketNamespace ? [name] : [];
  });
}

/** A setting outside the stages, such as `-c logLevel=DEBUG`, would have no effect. */
function findMisplacedSettings(stage: string, context: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(DEFAULT_SETTINGS)
    .filter((name) => context[name] !== undefined)
    .map(
      (name) =>
        `${name} is a setting of a stage: write it into stages.${stage} in cdk.json; got ${quote(context[name])}`,
    );
}

function chooseStage(stage: unknown, stages: unknown): [string, Record<string, unknown>] {
  if (!isJsonObject(stages) || Object.keys(stages).length === 0) {
    throw new ConfigError([`stages must be an object of one object per stage, as in cdk.json; got ${quote(stages)}`]);
  }
  const names = Object.keys(stages);
  const illNamed = names.filter((name) => !STAGE_NAME.test(name) || name.length > LONGEST_STAGE_NAME);
  if (illNamed.length > 0) {
    const allowed = `1 to ${LONGEST_STAGE_NAME} lower-case letters, digits and single hyphens, beginning with a letter`;
    throw new ConfigError(illNamed.map((name) => `stages: a stage's name must be ${allowed}; got ${quote(name)}`));
  }
  if (typeof stage !== 'string' || !names.includes(stage)) {
    throw new ConfigError([
      `stage must be one of ${names.join(', ')}, the stages in cdk.json (to add a stage, write "NAME": {} there); got ${quote(stage)}`,
    ]);
  }
  const settings = stages[stage];
  if (!isJsonObject(settings)) {
    throw new ConfigError([`stages.${stage} must be an object of settings; got ${quote(settings)}`]);
  }
  return [stage, settings];
}
