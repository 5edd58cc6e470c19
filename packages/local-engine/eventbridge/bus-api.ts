import { AwsError } from '../core/aws-error.ts';
import type { Archive } from './archive.ts';
import type { Bus, Buses } from './buses.ts';
import {
  ARCHIVE_NAME,
  arnIn,
  BUS,
  type EventBridgeOperations,
  type EventBridgeRequest,
  invalid,
  listing,
  membersOf,
  momentIn,
  nameIn,
  optionalArn,
  optionalName,
  optionalText,
  prefixIn,
} from './event-bridge-request.ts';
import { REPLAY_STATES, type Replay, type ReplayPlan } from './replay.ts';
import type { Replays } from './replays.ts';

/** Source: EventBridge API reference, ListEventBuses. */
const BUS_NAME = { pattern: '[/\\.\\-_A-Za-z0-9]+', most: 256 };

const ARCHIVE_STATES = ['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED'] as const;

/** Buses and archives by API. They come from templates: none can be created or removed here. */
export function busOperations(buses: Buses): EventBridgeOperations {
  return {
    ListEventBuses: (request) => {
      const prefix = prefixIn(request, BUS_NAME);
      const all = buses.all().filter(({ name }) => name.startsWith(prefix));
      return listing(request, 'EventBuses', { all, nameOf: ({ name }) => name, describe: describeBus });
    },
    DescribeEventBus: (request) => describeBus(busIn(buses, request, 'Name')),
    ListArchives: (request) => {
      checkOneFilter('ListArchives', request);
      const prefix = prefixIn(request, ARCHIVE_NAME);
      const source = optionalArn(request, 'EventSourceArn');
      // All archives here are enabled.
      const state = membersOf(request).oneOf('State', ARCHIVE_STATES) ?? 'ENABLED';
      const sources = source === undefined ? buses.all() : [buses.get(source)];
      const all = sources
        .flatMap(({ archives }) => [...archives.values()])
        .filter(({ props }) => props.name.startsWith(prefix) && state === 'ENABLED');
      return listing(request, 'Archives', { all, nameOf: ({ props }) => props.name, describe: describeArchive });
    },
    DescribeArchive: (request) => {
      const name = nameIn(request, 'ArchiveName', ARCHIVE_NAME);
      const archive = buses.archive(name);
      if (archive === undefined) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
      const { arn, description, pattern } = archive.props;
      return {
        ArchiveArn: arn,
        ...describeArchive(archive),
        ...(description !== undefined && { Description: description }),
        ...(pattern !== undefined && { EventPattern: patternText(pattern) }),
      };
    },
  };
}

/**
 * The bus that a request is about.
 * @param member holds its name or ARN; without it, it is the default bus
 * @throws AwsError ValidationException, or ResourceNotFoundException if there is no such bus
 */
export function busIn(buses: Buses, request: EventBridgeRequest, member = 'EventBusName'): Bus {
  return buses.get(optionalName(request, member, BUS) ?? 'default');
}

/** Recorded on AWS in December 2024. Times are in seconds since the Unix epoch. */
function describeBus({ name, arn, createdAt, modifiedAt, description }: Bus): object {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    CreationTime: createdAt / 1000,
    LastModifiedTime: modifiedAt / 1000,
  };
}

/** As ListArchives answers. */
function describeArchive({ props, totals }: Archive): object {
  return {
    ArchiveName: props.name,
    EventSourceArn: props.busArn,
    State: 'ENABLED',
    RetentionDays: props.retentionDays,
    EventCount: totals.events,
    SizeBytes: totals.bytes,
    CreationTime: totals.createdAt / 1000,
  };
}

/** A pattern as JSON text; a template may hold it as text already. */
export function patternText(pattern: unknown): string {
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}

/** Source: EventBridge API reference, ListArchives and ListReplays: their filters exclude each other. */
function checkOneFilter(operation: string, { NamePrefix, State, EventSourceArn }: EventBridgeRequest): void {
  if ([NamePrefix, State, EventSourceArn].filter((filter) => filter !== undefined).length <= 1) return;
  throw invalid(`At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`);
}

const MAX_DESCRIPTION_CHARS = 512;

/** Replays by API. */
export function replayOperations(buses: Buses, replays: Replays): EventBridgeOperations {
  return {
    StartReplay: (request) => {
      const replay = replays.start(toPlan(request, buses));
      return { ...stateOf(replay), ReplayStartTime: replay.startedAt / 1000 };
    },
    CancelReplay: (request) => stateOf(replays.cancel(nameIn(request, 'ReplayName'))),
    DescribeReplay: (request) => {
      const replay = replays.get(nameIn(request, 'ReplayName'));
      const { arn, busArn, ruleArns, description } = replay;
      return {
        ReplayArn: arn,
        ...describeReplay(replay),
        Destination: { Arn: busArn, ...(ruleArns && { FilterArns: ruleArns }) },
        ...(description !== undefined && { Description: description }),
      };
    },
    ListReplays: (request) => {
      checkOneFilter('ListReplays', request);
      const prefix = prefixIn(request);
      const source = optionalArn(request, 'EventSourceArn');
      const wanted = membersOf(request).oneOf('State', REPLAY_STATES);
      const found = replays
        .all()
        .filter(({ name }) => name.startsWith(prefix))
        .filter(({ archiveArn }) => source === undefined || archiveArn === source)
        .filter(({ state }) => wanted === undefined || state === wanted);
      return listing(request, 'Replays', { all: found, nameOf: ({ name }) => name, describe: describeReplay });
    },
  };
}

function stateOf({ arn, state, stateReason }: Replay): object {
  return { ReplayArn: arn, State: state, ...(stateReason !== undefined && { StateReason: stateReason }) };
}

/** As ListReplays answers. Times are in seconds since the Unix epoch; those that are not known yet are left out. */
function describeReplay(replay: Replay): object {
  const { name, archiveArn, state, stateReason, from, to, lastMinute, startedAt, endedAt } = replay;
  return {
    ReplayName: name,
    EventSourceArn: archiveArn,
    State: state,
    ...(stateReason !== undefined && { StateReason: stateReason }),
    EventStartTime: from / 1000,
    EventEndTime: to / 1000,
    ...(lastMinute !== undefined && { EventLastReplayedTime: lastMinute / 1000 }),
    ReplayStartTime: startedAt / 1000,
    ...(endedAt !== undefined && { ReplayEndTime: endedAt / 1000 }),
  };
}

/**
 * What StartReplay asks for. An end in the future is allowed, as seen on AWS; there is nothing to replay there. The words of
 * the errors, and their order (the times before the bus), are AWS's as far as they were seen.
 * Source: EventBridge API reference, StartReplay.
 * @throws AwsError ValidationException, or ResourceNotFoundException for a bus or rule that does not exist
 */
function toPlan(request: EventBridgeRequest, buses: Buses): ReplayPlan {
  const name = nameIn(request, 'ReplayName');
  const description = optionalText(request, 'Description', MAX_DESCRIPTION_CHARS);
  const archiveArn = arnIn(request, 'EventSourceArn');
  const [from, to] = [momentIn(request, 'EventStartTime'), momentIn(request, 'EventEndTime')];
  const destination = destinationIn(request);
  const busArn = arnIn(destination, 'Arn');
  if (!archiveArn.includes(':archive/')) throw notValid('EventSourceArn', 'Must contain an archive ARN.');
  if (!busArn.includes(':event-bus/')) throw notValid('Destination.Arn', 'Must contain an event bus ARN.');
  if (from >= to) throw notValid('EventEndTime', 'EventStartTime must be before EventEndTime.');
  const bus = buses.get(busArn);
  checkArchive(archiveArn, bus, buses);
  const ruleArns = rulesIn(destination, bus);
  return {
    name,
    ...(description !== undefined && { description }),
    archiveArn,
    busArn: bus.arn,
    ...(ruleArns && { ruleArns }),
    from,
    to,
  };
}

function checkArchive(archiveArn: string, bus: Bus, buses: Buses): void {
  const [, archiveName = ''] = archiveArn.split(':archive/');
  const archive = buses.archive(archiveName);
  if (archive?.props.arn !== archiveArn) throw notValid('EventSourceArn', `Archive ${archiveName} does not exist.`);
  if (!bus.archives.has(archiveName)) throw notValid('Destination.Arn', 'Cross event bus replay is not permitted.');
}

/**
 * The rules in the request. An empty list means all rules, as on AWS (recorded in 2026). What AWS answers for rules that do
 * not exist is not known; here it is an error.
 */
function rulesIn(destination: EventBridgeRequest, bus: Bus): ReplayPlan['ruleArns'] {
  const [first, ...others] = membersOf(destination).texts('FilterArns') ?? [];
  if (first === undefined) return undefined;
  const known = new Set([...bus.rules.values()].map(({ arn }) => arn));
  const unknown = [first, ...others].find((arn) => !known.has(arn));
  if (unknown !== undefined) {
    throw notValid('Destination.FilterArns', `${unknown} is not a rule on event bus ${bus.name}.`);
  }
  return [first, ...others];
}

function destinationIn({ Destination }: EventBridgeRequest): EventBridgeRequest {
  if (typeof Destination === 'object' && Destination !== null) return Destination as EventBridgeRequest;
  throw membersOf({ Destination }).refusal('Destination', 'Member must be a structure');
}

function notValid(parameter: string, reason: string): Error {
  return invalid(`Parameter ${parameter} is not valid. Reason: ${reason}`);
}
