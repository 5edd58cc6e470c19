import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CORSRule, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import { URI_ATTRIBUTE, URL_ATTRIBUTE } from '../deployed/users-table.ts';
import { displayId } from '../messages/display.ts';
import { formatTime } from '../time/time.ts';
import type { BucketTags, BucketView, Reading, UserView } from './read-user.ts';
import type { Known, UserState } from './user-state.ts';

/** Longer values are cut. */
const VALUE_COLUMNS = 100;
const SETTING_COLUMNS = 400;

/** What is known of something, for people. It cannot control a terminal. */
export type Line = readonly [name: string, value: string];

/** A user on one screen, for people. */
export interface DescribedUser {
  readonly state: readonly Line[];
  readonly row: readonly Line[];
  /** Undefined where no bucket is known. */
  readonly bucketName: string | undefined;
  readonly bucket: readonly Line[];
}

/** @param showsAll whether to show the values of attributes that are not this pipeline's; they may be personal */
export function describeUser(view: UserView, state: UserState, showsAll: boolean): DescribedUser {
  const { bucket } = view;
  return {
    state: stateLines(state),
    row: rowLines(view, showsAll),
    bucketName: bucket.kind === 'set' ? bucket.value.name : undefined,
    bucket: bucketLines(bucket),
  };
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
  if (row.kind !== 'set') return [['', unsetText(row)]];
  const names = Object.keys(row.value).sort();
  const ours = [userIdAttribute, URI_ATTRIBUTE, URL_ATTRIBUTE].filter((name) => names.includes(name));
  const others = names.filter((name) => !ours.includes(name));
  const shown = showsAll ? [...ours, ...others] : ours;
  const line = (name: string): Line => {
    return [displayId(name), displayId(attributeText(row.value[name] as AttributeValue), VALUE_COLUMNS)];
  };
  if (showsAll || others.length === 0) return shown.map(line);
  return [...shown.map(line), ['others', `${others.map((name) => displayId(name)).join(', ')} (their values: --all)`]];
}

function attributeText(value: AttributeValue): string {
  return value.S ?? value.N ?? (value.BOOL === undefined ? JSON.stringify(value) : String(value.BOOL));
}

function bucketLines(bucket: Reading<BucketView>): Line[] {
  if (bucket.kind !== 'set') return [['', unsetText(bucket)]];
  const { region, tags, publicAccessBlock, cors, policy, versioning, encryption } = bucket.value;
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
  return [['region', place], ...known.map(([title, , text]): Line => [title, text])];
}

function readingText<T>(reading: Reading<T>, textOf: (value: T) => string): string {
  return reading.kind === 'set' ? textOf(reading.value) : unsetText(reading);
}

function unsetText(reading: Exclude<Reading<unknown>, { readonly kind: 'set' }>): string {
  switch (reading.kind) {
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
