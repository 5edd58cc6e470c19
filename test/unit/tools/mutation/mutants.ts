import type { TriedMutant } from '../../../../tools/mutation/measure.ts';

/** A mutant that survived. */
export function mutant(other: Partial<TriedMutant> = {}): TriedMutant {
  return {
    file: 'services/shared/field.ts',
    line: 12,
    lineText: 'if (length > 0) return;',
    original: 'length > 0',
    replacement: 'length >= 0',
    mutator: 'EqualityOperator',
    outcome: 'survived',
    ...other,
  };
}
