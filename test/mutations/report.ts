import { columns } from '../../cli/output/output.ts';
import { KINDS, type Kind, type Mutation } from './mutation.ts';
import type { BrokenPromise } from './prove.ts';

/** What came of taking one thing out. */
export interface Proof {
  readonly mutation: Mutation;
  /** Which template it was taken from. */
  readonly variant: string;
  /** The promise that is broken without it; undefined if its loss shows nowhere. */
  readonly broken?: BrokenPromise;
}

/** Everything that was proven, promise by promise, then what was not, then the sums. */
export function reportText(proofs: readonly Proof[]): string {
  const rows = (some: readonly Proof[]) =>
    columns(some.map(({ mutation, variant }) => ['', mutation.logicalId, mutation.what, `(${variant})`]));
  const proven = Map.groupBy(
    proofs.filter(({ broken }) => broken !== undefined),
    ({ broken }) => broken?.check ?? '',
  );
  const parts = [...proven].map(([check, some]) => `Needed, so that ${check}:\n${rows(some)}`);
  const unproven = proofs.filter(({ broken }) => broken === undefined);
  if (unproven.length > 0) {
    parts.push(
      `NOT PROVEN. Without these every promise is kept. Take them out of the stack, or add to test/mutations/checks.ts what they are for:\n${rows(unproven)}`,
    );
  }
  return [...parts, sums(proofs)].join('\n');
}

/** The same for machines. */
export function reportJson(proofs: readonly Proof[]): object {
  return {
    proven: proofs.filter(({ broken }) => broken !== undefined).length,
    all: proofs.length,
    mutations: proofs.map(({ mutation: { kind, logicalId, what }, variant, broken }) => ({
      kind,
      logicalId,
      what,
      variant,
      broken: broken ?? null,
    })),
  };
}

function sums(proofs: readonly Proof[]): string {
  const rows = Object.entries(KINDS).map(([kind, inWords]) => {
    const ofKind = proofs.filter(({ mutation }) => mutation.kind === (kind as Kind));
    const needed = ofKind.filter(({ broken }) => broken !== undefined);
    return [inWords, `${ofKind.length}`, 'proven needed', `${needed.length}`];
  });
  return columns(rows);
}
