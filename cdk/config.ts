import { ConfigError } from './config-error.ts';
import { type ExistingTable, findTableProblems } from './existing-table.ts';
import { isObject, quote } from './field.ts';
import { findSettingProblems } from './find-setting-problems.ts';
import { DEFAULT_SETTINGS, type StageSettings } from './stage-settings.ts';

/** Everything that decides what is synthesized. */
export interface PipelineConfig extends StageSettings {
  /** Name of the deployed copy, such as `dev`: part of the stack's name. */
  readonly stage: string;

  /**
   * A sign-up table that is there already, from the context values `tableArn` and `tableStreamArn`
   * (on the command line, or in the stage).
   * @default - the stack makes its own table
   */
  readonly existingTable?: ExistingTable;
}

const STAGE_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_STAGE_NAME = 20;

/**
 * Reads the config of the chosen stage out of the CDK context: `stage`, `stages`, and optionally `tableArn` with
 * `tableStreamArn`.
 *
 * @param readContext gives a context value by its key, such as `(key) => app.node.tryGetContext(key)`
 * @throws {ConfigError} naming every wrong value, what is allowed there and what was received
 */
export function loadConfig(readContext: (key: string) => unknown): PipelineConfig {
  const [stage, written] = chooseStage(readContext('stage'), readContext('stages'));
  const { tableArn, tableStreamArn, ...settings } = written;
  const table = {
    tableArn: readContext('tableArn') ?? tableArn,
    tableStreamArn: readContext('tableStreamArn') ?? tableStreamArn,
  };

  const problems = [
    ...findSettingProblems(`stages.${stage}`, settings),
    ...findTableProblems(table),
    ...findMisplacedSettings(stage, readContext),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    ...DEFAULT_SETTINGS,
    // A stage whose data goes with the stack must let the table go.
    ...(settings.removalPolicy === 'destroy' && { tableDeletionProtection: false }),
    ...settings,
    stage,
    ...(table.tableArn === undefined ? {} : { existingTable: table as ExistingTable }),
  };
}

/** A setting beside the stages, as `-c logLevel=DEBUG` gives it, would be passed over in silence. */
function findMisplacedSettings(stage: string, readContext: (key: string) => unknown): string[] {
  return Object.keys(DEFAULT_SETTINGS)
    .filter((name) => readContext(name) !== undefined)
    .map(
      (name) =>
        `${name} is a setting of a stage: write it into stages.${stage} in cdk.json; got ${quote(readContext(name))}`,
    );
}

function chooseStage(stage: unknown, stages: unknown): [string, Record<string, unknown>] {
  if (!isObject(stages) || Object.keys(stages).length === 0) {
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
      `stage must be one of ${names.join(', ')}, the stages in cdk.json (add another one there, as "NAME": {}); got ${quote(stage)}`,
    ]);
  }
  const settings = stages[stage];
  if (!isObject(settings)) {
    throw new ConfigError([`stages.${stage} must be an object of settings; got ${quote(settings)}`]);
  }
  return [stage, settings];
}
