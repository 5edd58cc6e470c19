import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type ArchiveDescription, archiveName, describeArchive } from '../deployed/archive.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'archive';

/** The archive that replays are taken from. */
export interface ArchiveFacts {
  readonly name: string;
  readonly busArn: string;
  /** Undefined if there is no such archive. */
  readonly archive: Omit<ArchiveDescription, 'events' | 'bytes'> | undefined;
}

/** Whether every event is kept, to be replayed. */
export const archive: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const name = archiveName(deployed.output('EventArchiveArn'));
    const found = await describeArchive(deployed.clients.of(EventBridgeClient), name);
    return [judgeArchive({ name, busArn: deployed.output('EventBusArn'), archive: found }, mends)];
  },
};

export function judgeArchive({ name: subject, busArn, archive }: ArchiveFacts, mends: Mends): Finding {
  const about = { check: NAME, subject };
  const create = mends.aws(`events create-archive --archive-name ${subject} --event-source-arn ${busArn}`);
  if (archive === undefined) {
    return { ...about, status: 'problem', detail: 'there is no such archive: no event is kept', mend: create };
  }
  const { state, reason, sourceArn, retentionDays, pattern } = archive;
  if (sourceArn !== busArn) {
    const detail = `it keeps events of ${sourceArn}, not of the bus of this stack: none of these can be replayed`;
    return { ...about, status: 'problem', detail, mend: mends.deploy() };
  }
  const kept = retentionDays === 0 ? 'for ever' : `for ${retentionDays} days`;
  const update = (change: string) => mends.aws(`events update-archive --archive-name ${subject} ${change}`);
  if (state !== 'ENABLED') {
    const detail = `it is ${state}${reason === undefined ? '' : `: ${reason}`}; events may not be kept`;
    const isPassing = state === 'CREATING' || state === 'UPDATING';
    const mend = isPassing
      ? `wait a minute, then: ${mends.pipeline('doctor')}`
      : update(`--retention-days ${retentionDays}`);
    return { ...about, status: isPassing ? 'warning' : 'problem', detail, mend };
  }
  if (pattern !== undefined) {
    const detail = `it keeps only events that match ${pattern}, ${kept}`;
    return { ...about, status: 'warning', detail, mend: mends.deploy() };
  }
  return { ...about, status: 'ok', detail: `it keeps every event ${kept}` };
}
