import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { synthesize } from '../infrastructure/support/synthesize.ts';
import { FILES, ROOT } from './support/imports.ts';

const { Outputs, Resources } = synthesize().toJSON() as {
  Outputs: Readonly<Record<string, unknown>>;
  Resources: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
};

/** Outputs that have the name of one of AWS's own fields. */
const AWS_FIELDS = ['BucketNamespace', 'EventBusArn', 'EventBusName', 'PipeName'];

/** Variables that a library or the platform reads. */
const NOT_OURS = /^(AWS|NODE|POWERTOOLS)_/;

const pascal = (name: string) => name.replaceAll(/(?:^|-)(\w)/g, (_whole, letter: string) => letter.toUpperCase());

const folders = (path: string) =>
  readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const services = folders('services').filter((name) => name !== 'shared');
const variables = Object.values(Resources).flatMap(({ Properties }) =>
  Object.keys((Properties?.Environment as { Variables?: object } | undefined)?.Variables ?? {}),
);

/** What the pipeline calls its parts, as the project itself has it now. */
const NAMES = new Set([
  ...services.flatMap((name) => [name, pascal(name)]),
  ...eventContracts.flatMap(({ detailType, source }) => [detailType, source]),
  ...Object.keys(Outputs).filter((key) => !AWS_FIELDS.includes(key)),
  ...variables.filter((name) => !NOT_OURS.test(name)),
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).name as string,
]);

/** What only somebody would write who has the pipeline in mind. */
const TEXTS: readonly RegExp[] = [
  /PIPELINE_\w+/,
  /npx pipeline|npm (?:start|run|test)/,
  /\.pipeline\b|pipeline\.test/,
  /s3_bucket_ur[il]/,
  /\bregistrations?\b|\bsign-?ups?\b|\busers? (?:tables?|rows?|buckets?)\b|\bsubscribers?\b/i,
  // Files of the project that are not in the package.
  /\b(?:cdk|cli|docs|examples|operations|schemas|tools)\/[\w-]+\.(?:md|ts)\b/,
];

const files = FILES.filter((file) => file.startsWith('packages/local-engine/'));

describe('the engine knows nothing of the pipeline that this project runs on it', () => {
  test('the project has names to look for, and the package has files', () => {
    expect([...NAMES]).toEqual(expect.arrayContaining(['UserRegistered', 'BucketCreated', 'bucket-service']));
    expect([...NAMES]).toEqual(expect.arrayContaining(['UriRecorder', 'UsersTableName', 'USERS_TABLE_NAME']));
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(AWS_FIELDS));
    expect(files.length).toBeGreaterThan(50);
  });

  test.each(files)('%s has no name or text of it', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect([...NAMES].filter((name) => text.includes(name))).toEqual([]);
    expect(TEXTS.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])).toEqual([]);
  });
});
