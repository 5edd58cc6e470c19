import type { Bus } from './bus.ts';
import type { Buses } from './buses.ts';
import { arnIn, invalid, membersOf, momentIn, nameIn, optionalText, type Request } from './event-bridge-request.ts';
import type { ReplayRequest } from './replay.ts';

const MAX_DESCRIPTION_CHARS = 512;

/**
 * What StartReplay asks for. An end in the future is allowed, as was seen on AWS; there is nothing to replay there. Words of the
 * refusals, and their order (the times before the bus), are AWS's, as far as they were seen.
 * Source: EventBridge API reference, StartReplay.
 * @throws AwsError ValidationException, or ResourceNotFoundException for a bus or rule that does not exist
 */
export function toReplayRequest(request: Request, buses: Buses): ReplayRequest {
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
 * The rules that are named. An empty list means all rules, as on AWS (recorded in 2026). What AWS answers to rules that do not
 * exist is not known; here none of them may be wrong.
 */
function rulesIn(destination: Request, bus: Bus): ReplayRequest['ruleArns'] {
  const [first, ...others] = membersOf(destination).texts('FilterArns') ?? [];
  if (first === undefined) return undefined;
  const known = new Set([...bus.rules.values()].map(({ arn }) => arn));
  const unknown = [first, ...others].find((arn) => !known.has(arn));
  if (unknown !== undefined) {
    throw notValid('Destination.FilterArns', `${unknown} is no rule on event bus ${bus.name}.`);
  }
  return [first, ...others];
}

function destinationIn({ Destination }: Request): Request {
  if (typeof Destination === 'object' && Destination !== null) return Destination as Request;
  throw membersOf({ Destination }).refusal('Destination', 'Member must be a structure');
}

function notValid(parameter: string, reason: string): Error {
  return invalid(`Parameter ${parameter} is not valid. Reason: ${reason}`);
}
