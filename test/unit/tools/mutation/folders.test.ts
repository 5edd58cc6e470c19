import { expect, test } from '@jest/globals';
import { isOnlyReexport, isPure, readAreas } from '../../../../tools/mutation/folders.ts';

const folders = readAreas().flatMap((area) => area.folders);

test('every source of the services is measured', () => {
  const services = folders.filter(({ name }) => name.startsWith('services/')).map(({ name }) => name);
  expect(services).toEqual(
    ['bucket-restorer', 'bucket-retirer', 'bucket-service', 'shared', 'uri-recorder'].map((name) => `services/${name}`),
  );
});

test.each([
  ['operations/reconcile/judge.ts', true],
  ['operations/trace/hop-builder.ts', true],
  // It imports a type of the SDK, which is not there when it runs.
  ['operations/reconcile/mismatch.ts', true],
  ['operations/reconcile/buckets.ts', false],
  ['operations/dead-letters/message-queue.ts', false],
])('%s has no effects of its own: %s', (file, expected) => {
  expect(isPure(file)).toBe(expected);
});

test('patterns, templates, IAM and replays of the engine are measured', () => {
  const files = folders.flatMap(({ files: all }) => all);
  expect(files).toEqual(
    expect.arrayContaining(
      ['event-pattern/match', 'cloudformation/template/intrinsics', 'iam/evaluation', 'eventbridge/replay-run'].map(
        (name) => `packages/local-engine/${name}.ts`,
      ),
    ),
  );
});

test('no source is measured twice, and no test is left out by its place', () => {
  const files = folders.flatMap(({ files: all }) => all);
  expect(new Set(files).size).toBe(files.length);
  for (const { tests } of readAreas()) expect(tests.length).toBeGreaterThan(20);
});

test.each([
  ['operations/flow/index.ts', true],
  ['operations/flow/flow-picture.ts', false],
])('%s only passes on what is elsewhere: %s', (file, expected) => {
  expect(isOnlyReexport(file)).toBe(expected);
});
