import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  type ArchiveDescription,
  archiveName,
  describeArchive,
  hasEnded,
  listReplays,
  type ReplayStatus,
} from '../deployed/archive.ts';
import { listTemporaryRules, type TemporaryRule } from '../deployed/temporary-rules.ts';
import { formatDuration, formatTime } from '../time/time.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';

/** The archive that replays read. */
export interface ArchiveFacts {
  readonly name: string;
  readonly busArn: string;
  /** Undefined if the archive does not exist. */
  readonly archive: Omit<ArchiveDescription, 'events' | 'bytes'> | undefined;
}

/** Whether every event is kept for replays. */
export const archive: Check = {
  name: 'archive',
  async run({ deployed, fixes }) {
    const name = archiveName(deployed.output('EventArchiveArn'));
    const found = await describeArchive(deployed.clients.of(EventBridgeClient), name);
    return [archiveFinding({ name, busArn: deployed.output('EventBusArn'), archive: found }, fixes)];
  },
};

export function archiveFinding({ name, busArn, archive: found }: ArchiveFacts, fixes: FixCommands): HealthFinding {
  const { ok, warning, problem } = findingsAbout(archive.name, name);
  if (found === undefined) {
    const create = fixes.aws(`events create-archive --archive-name ${name} --event-source-arn ${busArn}`);
    return problem('it does not exist: no event is kept', create);
  }
  const { state, reason, sourceArn, retentionDays, pattern } = found;
  if (sourceArn !== busArn) {
    return problem(`it keeps events of ${sourceArn}, not of this stack's bus: no replay is possible`, fixes.deploy());
  }
  const kept = retentionDays === 0 ? 'forever' : `for ${retentionDays} days`;
  if (state !== 'ENABLED') {
    const detail = `it is ${state}${reason === undefined ? '' : `: ${reason}`}; events may not be kept`;
    if (state === 'CREATING' || state === 'UPDATING') {
      return warning(detail, `wait a minute, then: ${fixes.pipeline('doctor')}`);
    }
    return problem(detail, fixes.aws(`events update-archive --archive-name ${name} --retention-days ${retentionDays}`));
  }
  if (pattern !== undefined) {
    return warning(`it keeps only events that match ${pattern}, ${kept}`, fixes.deploy());
  }
  return ok(`it keeps every event ${kept}`);
}

/** Which replays are running: that is information, nothing is wrong with them. */
export const replays: Check = {
  name: 'replays',
  async run({ deployed }) {
    const all = await listReplays(deployed.clients.of(EventBridgeClient), deployed.output('EventArchiveArn'));
    return replayFindings(all.filter((status) => !hasEnded(status)));
  },
};

export function replayFindings(running: readonly Pick<ReplayStatus, 'name' | 'state' | 'scannedTo'>[]) {
  if (running.length === 0) return [findingsAbout(replays.name, 'archive').ok('none is running')];
  return running.map(({ name, state, scannedTo }) =>
    findingsAbout(replays.name, name).ok(
      scannedTo === undefined ? state : `${state}, scanned up to ${formatTime(scannedTo)}`,
    ),
  );
}

/** Whether a killed `pipeline events` left something behind: a rule takes one of 300, and its queue fills up. */
export const temporaryRules: Check = {
  name: 'temporary rules',
  async run({ deployed, fixes, now }) {
    const bus = { busName: deployed.output('EventBusName'), busArn: deployed.output('EventBusArn') };
    return temporaryRuleFindings(await listTemporaryRules(deployed.clients, bus, now), fixes);
  },
};

export function temporaryRuleFindings(found: readonly TemporaryRule[], fixes: FixCommands): HealthFinding[] {
  const left = found.filter(({ unusedMs }) => unusedMs === undefined || unusedMs > 0);
  if (left.length === 0) {
    const detail = found.length === 0 ? 'none' : `${found.length} in use by npx pipeline events`;
    return [findingsAbout(temporaryRules.name, 'bus').ok(detail)];
  }
  return left.map(({ name, unusedMs }) => {
    const howLong = unusedMs === undefined ? 'for an unknown time' : `for ${formatDuration(unusedMs)}`;
    return findingsAbout(temporaryRules.name, name).warning(
      `left behind by npx pipeline events, and not in use ${howLong}`,
      // The command first removes what earlier ones left behind.
      fixes.pipeline('events --from 1m'),
    );
  });
}
