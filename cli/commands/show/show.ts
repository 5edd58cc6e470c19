import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { bucketNaming } from '../../../operations/deployed/user-bucket.ts';
import { URI_ATTRIBUTE, URL_ATTRIBUTE } from '../../../operations/deployed/users-table.ts';
import { display, displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import {
  type BucketView,
  describeUser,
  type Line,
  type Reading,
  readUser,
  stateOf,
  type UserState,
  type UserView,
} from '../../../operations/user-view/index.ts';
import { checkUserIds } from '../../../operations/users/index.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { ShowOptions } from './command.ts';

/**
 * Shows a user's row, bucket and state.
 * @throws UsageError for an id that no user can have; CommandFailure for a user without a row
 */
export async function show(userId: string, options: ShowOptions): Promise<void> {
  const { all = false, json } = options;
  checkUserIds([userId]);
  const { view, naming } = await onStack(options, async (on) => {
    return { view: await readUser(on, userId), naming: bucketNaming(on.stack) };
  });
  if (view.row.kind === 'none') {
    throw new CommandFailure(`there is no user ${displayId(userId)}: the table ${view.table} has no such row`);
  }
  const state = stateOf(view, naming, (words) => pipelineCommand(words, options));
  print(json ? jsonLine(userJson(view, state, all)) : userText(view, state, all));
  if (state.problems.length > 0) process.exitCode = 1;
}

/**
 * A user for machines, as the help of --json describes it. A setting that the local engine does not have is left out.
 * @param showsAll whether to include the values of attributes that are not this pipeline's; they may be personal
 */
export function userJson(view: UserView, state: UserState, showsAll: boolean): object {
  const { userId, table, row, bucket } = view;
  return {
    userId,
    state,
    row: { table, ...readingJson('attributes', row, (attributes) => attributesJson(attributes, view, showsAll)) },
    ...readingJson('bucket', bucket, bucketJson),
  };
}

function attributesJson(
  row: Readonly<Record<string, AttributeValue>>,
  { userIdAttribute }: UserView,
  showsAll: boolean,
): object {
  const ours = [userIdAttribute, URI_ATTRIBUTE, URL_ATTRIBUTE];
  const isShown = (name: string) => showsAll || ours.includes(name);
  // An attribute whose value is not shown is null.
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, isShown(name) ? typedJson(value) : null]),
  );
}

/** As DynamoDB's own JSON, with binary values in Base64. */
function typedJson(value: AttributeValue): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner,
    ),
  );
}

function bucketJson({ name, tags, ...settings }: BucketView): object {
  const { region, ...others } = settings;
  return {
    name,
    ...readingJson('region', region),
    ...readingJson('tags', tags, (all) => Object.fromEntries(all.map(({ key, value }) => [key, value]))),
    ...Object.assign({}, ...Object.entries(others).map(([setting, reading]) => readingJson(setting, reading))),
  };
}

function readingJson<T>(
  name: string,
  reading: Reading<T>,
  jsonOf: (value: T) => unknown = (value) => value,
): Readonly<Record<string, unknown>> {
  switch (reading.kind) {
    case 'set':
      return { [name]: jsonOf(reading.value) };
    case 'none':
      return { [name]: null };
    case 'hidden':
      return { [name]: { hidden: reading.code, needs: reading.needs } };
    case 'unknown':
      return {};
  }
}

/** A longer id is cut. */
const VALUE_COLUMNS = 100;

/**
 * A user on one screen, for people.
 * @param showsAll whether to show the values of attributes that are not this pipeline's; they may be personal
 */
export function userText(view: UserView, state: UserState, showsAll: boolean): string {
  const { state: stateLines, row, bucketName, bucket } = describeUser(view, state, showsAll);
  return [
    `${displayId(view.userId, VALUE_COLUMNS)}\n`,
    lines(stateLines),
    ...state.problems.map((problem) => display`  ! ${problem}\n`),
    display`\nrow of ${view.table}\n`,
    lines(row),
    bucketName === undefined ? '\nbucket\n' : display`\nbucket ${bucketName}\n`,
    lines(bucket),
  ].join('');
}

function lines(pairs: readonly Line[]): string {
  return columns(pairs).replaceAll(/^(?=.)/gm, '  ');
}
