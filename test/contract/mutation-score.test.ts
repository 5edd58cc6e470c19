import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findOutdated, readSources } from '../../tools/mutation/age.ts';
import { EQUIVALENTS, equivalentsFile, readEquivalents } from '../../tools/mutation/equivalents.ts';
import { ROOT, readAreas } from '../../tools/mutation/folders.ts';
import { LEAST_SCORE, readScores } from '../../tools/mutation/score.ts';

const folders = readAreas().flatMap((area) => area.folders);
const scores = readScores();

describe('the mutation score', () => {
  test('of every folder is at least what is promised; a new folder is measured with --folder NAME --write', () => {
    const low = folders.filter(({ name }) => !((scores[name]?.score ?? 0) >= LEAST_SCORE));
    expect(low.map(({ name }) => [name, scores[name]?.score ?? 'not measured'])).toEqual([]);
  });

  test('is not older than the code by more than 90 days', () => {
    const now = Date.now();
    const sources = folders.map((folder) => ({ name: folder.name, sources: readSources(folder, now) }));
    expect(findOutdated(scores, sources, now)).toEqual([]);
  });

  test('follows from the counts that it stands with', () => {
    for (const [name, { mutants, killed, timedOut, survived, equivalent, score }] of Object.entries(scores)) {
      expect([name, killed + timedOut + survived + equivalent]).toEqual([name, mutants]);
      const counted = mutants - equivalent;
      expect([name, score]).toEqual([
        name,
        counted === 0 ? 100 : Math.floor(((killed + timedOut) / counted) * 1000) / 10,
      ]);
      // One entry may be for several equal changes of a line.
      expect([name, equivalent >= readEquivalents(name).length]).toEqual([name, true]);
    }
  });

  test('is of folders that are there', () => {
    const names = folders.map(({ name }) => name);
    expect(Object.keys(scores).filter((name) => !names.includes(name))).toEqual([]);
    const files = names.map(equivalentsFile);
    expect(readdirSync(EQUIVALENTS).filter((file) => !files.includes(join(EQUIVALENTS, file)))).toEqual([]);
  });
});

describe.each(folders.filter(({ name }) => readEquivalents(name).length > 0))('the equivalents of $name', (folder) => {
  const entries = readEquivalents(folder.name);

  test('each have a reason', () => {
    expect(entries.filter(({ reason }) => reason.split(' ').length < 4)).toEqual([]);
  });

  test('are of lines that are there', () => {
    const gone = entries.filter(
      ({ file, lineText }) =>
        !folder.files.includes(file) ||
        !readFileSync(join(ROOT, file), 'utf8')
          .split('\n')
          .some((line) => line.trim() === lineText),
    );
    expect(gone).toEqual([]);
  });

  test('each stand there once', () => {
    const keys = entries.map(({ reason: _, ...entry }) => JSON.stringify(entry));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});
