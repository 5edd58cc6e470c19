import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CORSRule, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { bucketNaming } from '../../../operations/deployed/user-bucket.ts';
import { URI_ATTRIBUTE, URL_ATTRIBUTE } from '../../../operations/deployed/users-table.ts';
import { display, displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { formatTime } from '../../../operations/time/time.ts';
import {
  type BucketTags,
  type BucketView,
  type Known,
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

/** Longer values are cut. */
const VALUE_COLUMNS = 100;
const SETTING_COLUMNS = 400;

type Line = readonly [name: string, value: string];

/**
 * A user on one screen, for people.
 * @param showsAll whether to show the values of attributes that are not this pipeline's; they may be personal
 */
export function userText(view: UserView, state: UserState, showsAll: boolean): string {
  return [
    `${displayId(view.userId, VALUE_COLUMNS)}\n`,
    lines(stateLines(state)),
    ...state.problems.map((problem) => display`  ! ${problem}\n`),
    display`\nrow of ${view.table}\n`,
    lines(rowLines(view, showsAll)),
    ...bucketText(view.bucket),
  ].join('');
}

function stateLines({
  registeredAt,
  correlationId,
  isBucketThere,
  isUriRecorded,
  isTheirs,
  isTagged,
}: UserState): Line[] {
  return [
    ['registered', registeredAt === undefined ? 'not known: only the bucket has it' : formatTime(registeredAt * 1000)],
    ['bucket', yesNo(isBucketThere, 'exists', 'does not exist')],
    ...(isBucketThere === false ? [] : ([['owner', yesNo(isTheirs, 'this user', 'another user')]] as const)),
    ...(isBucketThere === false ? [] : ([['tags', yesNo(isTagged, 'complete', 'not complete')]] as const)),
    ['URI', yesNo(isUriRecorded, 'recorded', 'not recorded')],
    ...(correlationId === undefined ? [] : ([['correlation id', displayId(correlationId, VALUE_COLUMNS)]] as const)),
  ];
}

function yesNo(known: Known, yes: string, no: string): string {
  return known === undefined ? 'not known' : known ? yes : no;
}

function rowLines({ row, userIdAttribute }: UserView, showsAll: boolean): Line[] {
  if (row.kind !== 'set') return [['', readingText(row, () => '')]];
  const names = Object.keys(row.value).sort();
  const ours = [userIdAttribute, URI_ATTRIBUTE, URL_ATTRIBUTE].filter((name) => names.includes(name));
  const others = names.filter((name) => !ours.includes(name));
  const shown = showsAll ? [...ours, ...others] : ours;
  const line = (name: string): Line => [displayId(name), displayId(attributeText(row.value[name]), VALUE_COLUMNS)];
  if (showsAll || others.length === 0) return shown.map(line);
  return [...shown.map(line), ['others', `${others.map((name) => displayId(name)).join(', ')} (their values: --all)`]];
}

function attributeText(value: AttributeValue | undefined): string {
  return value?.S ?? value?.N ?? (value?.BOOL === undefined ? JSON.stringify(value) : String(value.BOOL));
}

function bucketText(bucket: Reading<BucketView>): string[] {
  if (bucket.kind !== 'set') return ['\nbucket\n', lines([['', readingText(bucket, () => '')]])];
  const { name, region, tags, publicAccessBlock, cors, policy, versioning, encryption } = bucket.value;
  const settings: (readonly [string, Reading<unknown>, string])[] = [
    ['tags', tags, readingText(tags, tagsText)],
    ['public access', publicAccessBlock, readingText(publicAccessBlock, accessText)],
    ['CORS', cors, readingText(cors, corsText)],
    ['policy', policy, readingText(policy, policyText)],
    ['versioning', versioning, readingText(versioning, (status) => displayId(status))],
    ['encryption', encryption, readingText(encryption, (algorithm) => displayId(algorithm))],
  ];
  const known = settings.filter(([, { kind }]) => kind !== 'unknown' && region.kind !== 'none');
  const place = region.kind === 'none' ? 'there is no such bucket' : readingText(region, (value) => displayId(value));
  return [
    display`\nbucket ${name}\n`,
    lines([['region', place], ...known.map(([title, , text]): Line => [title, text])]),
  ];
}

function readingText<T>(reading: Reading<T>, textOf: (value: T) => string): string {
  switch (reading.kind) {
    case 'set':
      return textOf(reading.value);
    case 'none':
      return 'none';
    case 'hidden':
      return `cannot be read: ${reading.code}; it needs the permission ${reading.needs}`;
    case 'unknown':
      return 'not known';
  }
}

function tagsText(tags: BucketTags): string {
  return tags
    .map(({ key, value }) => `${key}=${value}`)
    .map((tag) => displayId(tag, VALUE_COLUMNS))
    .join(', ');
}

function accessText(block: PublicAccessBlockConfiguration): string {
  const open = Object.entries(block).flatMap(([name, isOn]) => (isOn === false ? [name] : []));
  return open.length === 0 ? 'blocked' : `blocked, but for ${open.join(' and ')}`;
}

function corsText(rules: readonly CORSRule[]): string {
  const text = rules
    .map(
      ({ AllowedMethods = [], AllowedOrigins = [] }) =>
        `${AllowedMethods.join(', ')} from ${AllowedOrigins.join(', ')}`,
    )
    .join('; ');
  return displayId(text, SETTING_COLUMNS);
}

function policyText(policy: unknown): string {
  return displayId(JSON.stringify((policy as { Statement?: unknown }).Statement ?? policy), VALUE_COLUMNS);
}

function lines(pairs: readonly Line[]): string {
  return columns(pairs).replaceAll(/^(?=.)/gm, '  ');
}
