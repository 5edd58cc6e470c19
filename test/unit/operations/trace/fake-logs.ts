import type { FoundLine, SearchLogs } from '../../../../operations/trace/log-search.ts';
import { compileLogPattern } from '../../../../packages/local-engine/logs/log-pattern/log-pattern.ts';

/** Log groups that are searched as CloudWatch Logs does, and what was asked of them. */
export class FakeLogs {
  readonly #groups: Readonly<Record<string, readonly FoundLine[]>>;
  readonly asked: { readonly group: string; readonly patterns: readonly string[]; readonly from: number }[] = [];
  /** Lines that were given out in all. */
  given = 0;

  /** @param groups their lines, in order, each with its time */
  constructor(groups: Readonly<Record<string, readonly (readonly [at: number, message: string])[]>>) {
    this.#groups = Object.fromEntries(
      Object.entries(groups).map(([group, lines]) => [
        group,
        lines.map(([at, message], index) => ({ id: `${group} ${index}`, at, message })),
      ]),
    );
  }

  readonly search: SearchLogs = async (group, patterns, from) => {
    this.asked.push({ group, patterns, from });
    const matchers = patterns.map((pattern) => compileLogPattern(pattern));
    const found = this.#groups[group]?.filter((line) => line.at >= from && matchers.some((matches) => matches(line)));
    this.given += found?.length ?? 0;
    return found;
  };
}
