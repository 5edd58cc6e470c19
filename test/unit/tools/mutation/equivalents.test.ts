import { describe, expect, test } from '@jest/globals';
import { judge } from '../../../../tools/mutation/equivalents.ts';
import { describeFolder } from '../../../../tools/mutation/report.ts';
import { scoreOf } from '../../../../tools/mutation/score.ts';
import { mutant } from './mutants.ts';

const FILE = 'services/shared/field.ts';
const entryFor = ({ file, lineText, original, replacement } = mutant()) => ({
  file,
  lineText,
  original,
  replacement,
  reason: 'no length is 0 here',
});

describe('an entry of the equivalents', () => {
  test('fits a survivor by what is changed and in which line, wherever the line stands', () => {
    const moved = { ...mutant(), line: 77 };
    expect(judge([moved], [entryFor()])).toEqual({ survivors: [], equivalents: [moved], outdated: [] });
  });

  test.each([
    ['another file', { file: 'services/shared/bus.ts' }],
    ['another line', { lineText: 'if (length > 1) return;' }],
    ['another place in the line', { original: 'length' }],
    ['another change', { replacement: 'true' }],
  ])('does not fit %s, and is reported', (_given, other) => {
    const entry = { ...entryFor(), ...other };
    expect(judge([mutant()], [entry])).toEqual({ survivors: [mutant()], equivalents: [], outdated: [entry] });
  });

  test('for a mutant that a test kills is reported', () => {
    const killed = mutant({ outcome: 'killed' });
    expect(judge([killed], [entryFor()])).toEqual({ survivors: [], equivalents: [], outdated: [entryFor()] });
  });

  test('does not excuse a mutant that no test runs', () => {
    const uncovered = mutant({ outcome: 'uncovered' });
    expect(judge([uncovered], [entryFor()])).toMatchObject({ survivors: [uncovered], equivalents: [] });
  });
});

describe('the score of a folder', () => {
  const tried = [
    ...Array.from({ length: 6 }, () => mutant({ outcome: 'killed' })),
    mutant({ outcome: 'timed out' }),
    mutant({ outcome: 'uncovered' }),
    mutant({ outcome: 'broken', reason: 'no memory' }),
    mutant({ replacement: 'true' }),
    mutant(),
    mutant({ outcome: 'ignored' }),
  ];
  const judged = judge(tried, [entryFor(), { ...entryFor(), lineText: 'gone' }]);
  const score = scoreOf(tried, judged, { date: '2026-11-29', files: { [FILE]: '0123456789abcdef' } });

  test('is what was killed of all mutants, without texts and equivalents', () => {
    expect(score).toMatchObject({
      date: '2026-11-29',
      mutants: 11,
      killed: 6,
      timedOut: 1,
      survived: 3,
      equivalent: 1,
      texts: 1,
      score: 70,
      files: { [FILE]: '0123456789abcdef' },
    });
  });

  test('is reported with each survivor and each outdated entry', () => {
    expect(describeFolder('services/shared', score, judged)).toBe(
      [
        `${FILE}:12  EqualityOperator, no test runs it`,
        '    length > 0  →  length >= 0',
        `${FILE}:12  EqualityOperator, broken: no memory`,
        '    length > 0  →  length >= 0',
        `${FILE}:12  EqualityOperator`,
        '    length > 0  →  true',
        `${FILE}  outdated: this entry of the equivalents fits no survivor. Remove it.`,
        '    in gone:  length > 0  →  length >= 0',
        'services/shared: 70.0%, below 90% (11 mutants, 6 killed, 1 timed out, 3 survived, 1 equivalent, 1 texts left out)',
        '',
      ].join('\n'),
    );
  });
});
