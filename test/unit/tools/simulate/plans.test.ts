import { expect, test } from '@jest/globals';
import { journalNames } from '../../../../packages/local-engine/s3/operations.ts';
import { planOf } from '../../../../tools/simulate/day/plan.ts';
import { DELETIONS_GIVEN_UP } from '../../../../tools/simulate/faults/index.ts';

const PLANS = Array.from({ length: 1000 }, (_, n) => planOf(String(n + 1), 5));

test("errors of S3 have the names by which the engine's faults know its operations: by another none would strike", () => {
  const operations = PLANS.flatMap(({ faults }) =>
    faults.flatMap((fault) => (fault.kind === 'error' ? [fault.operation] : [])),
  );
  const ofS3 = new Set(operations.filter((name) => name.startsWith('s3:')).map((name) => name.slice('s3:'.length)));
  expect(ofS3.size).toBeGreaterThan(5);
  expect([...ofS3].filter((name) => !journalNames().includes(name))).toEqual([]);
});

test('on a stage where users leave some do; on one with subscribers of its own they fail, or operators run commands', () => {
  const without = (stage: string, kinds: readonly string[]) =>
    PLANS.filter((plan) => plan.stage === stage && !plan.faults.some(({ kind }) => kinds.includes(kind)));
  expect(without('leaving', ['user-leaves'])).toEqual([]);
  expect(without('subscribers', ['buggy-deployment', 'command'])).toEqual([]);
});

test('only a stage where users leave has a pipe of deletions, and there it often gives some up', () => {
  const stops = (isOfLeaving: boolean) =>
    PLANS.filter(({ stage }) => (stage === 'leaving') === isOfLeaving)
      .flatMap(({ faults }) => faults)
      .filter((fault) => fault.kind === 'pipe-stopped' && fault.pipe === 'deletions');
  expect(stops(false)).toEqual([]);
  expect(
    stops(true).filter((fault) => JSON.stringify(fault) === JSON.stringify(DELETIONS_GIVEN_UP)).length,
  ).toBeGreaterThan(20);
});

test('where users leave, everything is often replayed', () => {
  const all = ['replay', '--yes', '--from', '5h', '--all-subscribers'];
  const replayed = PLANS.filter(({ faults }) =>
    faults.some((fault) => fault.kind === 'command' && JSON.stringify(fault.commands) === JSON.stringify([all])),
  );
  expect(replayed.filter(({ stage }) => stage === 'leaving').length).toBeGreaterThan(40);
});

test('there are days on which nothing happens', () => {
  expect(PLANS.filter(({ faults }) => faults.length === 0).length).toBeGreaterThan(20);
});
