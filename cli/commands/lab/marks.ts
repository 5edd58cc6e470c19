import { onEngine, readMarks } from '../../../operations/lab/index.ts';
import { displayId } from '../../../operations/messages/display.ts';
import { formatTime } from '../../../operations/time/time.ts';
import { columns, jsonLine, note, print } from '../../output/output.ts';
import type { LabMarksOptions } from './command.ts';

/** Users of a mark that a line names. */
const MOST_NAMED = 3;

/** Lists what was done to the engine. @throws UsageError on AWS */
export async function labMarks(options: LabMarksOptions): Promise<void> {
  const marks = await onEngine(options, readMarks);
  if (options.json) {
    const lines = marks.map(({ at, ...mark }) => jsonLine({ at: new Date(at).toISOString(), ...mark }));
    return void print(lines.join(''));
  }
  if (marks.length === 0) return note('nothing was done to this engine\n');
  print(
    columns([['TIME', 'WHAT', 'USERS'], ...marks.map(({ at, text, users }) => [formatTime(at), text, named(users)])]),
  );
}

function named(users: readonly string[]): string {
  const shown = users.slice(0, MOST_NAMED).map((userId) => displayId(userId));
  const more = users.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
