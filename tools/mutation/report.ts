import type { Equivalent, Judged } from './equivalents.ts';
import type { TriedMutant } from './measure.ts';
import { type FolderScore, LEAST_SCORE } from './score.ts';

const LONGEST = 100;

/** What a run says of one folder: the survivors, entries that are outdated, and the score. */
export function describeFolder(name: string, score: FolderScore, { survivors, outdated }: Judged): string {
  return [
    ...survivors.map(describeSurvivor),
    ...outdated.map(describeOutdated),
    `${name}: ${describeScore(score)}`,
    '',
  ].join('\n');
}

export function describeScore({ score, mutants, killed, timedOut, survived, equivalent, texts }: FolderScore): string {
  const verdict = score < LEAST_SCORE ? `, below ${LEAST_SCORE}%` : '';
  const counts = [
    `${mutants} mutants`,
    `${killed} killed`,
    `${timedOut} timed out`,
    `${survived} survived`,
    `${equivalent} equivalent`,
    `${texts} texts left out`,
  ];
  return `${score.toFixed(1)}%${verdict} (${counts.join(', ')})`;
}

function describeSurvivor({ file, line, mutator, original, replacement, outcome, reason }: TriedMutant): string {
  const why = outcome === 'survived' ? '' : outcome === 'uncovered' ? ', no test runs it' : `, broken: ${reason ?? ''}`;
  return `${file}:${line}  ${mutator}${why}\n    ${shortened(original)}  →  ${shortened(replacement) || '(nothing)'}`;
}

function describeOutdated({ file, lineText, original, replacement }: Equivalent): string {
  return (
    `${file}  outdated: this entry of the equivalents fits no survivor. Remove it.\n` +
    `    in ${shortened(lineText)}:  ${shortened(original)}  →  ${shortened(replacement)}`
  );
}

function shortened(code: string): string {
  return code.length <= LONGEST ? code : `${code.slice(0, LONGEST - 1)}…`;
}
