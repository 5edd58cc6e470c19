import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../schemas/event-contract.ts';
import type { StageTemplate, TemplateResource } from '../stage-template.ts';
import { keeps, REMOVAL_DECISIONS } from './removal-decisions.ts';
import type { Property, PropertyType, Specification } from './specification.ts';

/** The parts of a resource that must not change, so that a deployment updates it in place. */
export interface ReleasedResource {
  readonly type: string;
  /** @default 'Delete', as CloudFormation's */
  readonly deletionPolicy?: string;
  /** Values of the properties whose change makes CloudFormation replace it, by path such as `KeySchema`. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** Released resources by logical id. */
export type ReleasedResources = Readonly<Record<string, ReleasedResource>>;

/**
 * Reads from a template what must not change once it is deployed.
 *
 * @throws Error for a type that CloudFormation does not know
 */
export function releasedResources(template: StageTemplate, specification: Specification): ReleasedResources {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, resource]) => [id, releasedResource(resource, specification)]),
  );
}

function releasedResource(resource: TemplateResource, specification: Specification): ReleasedResource {
  const { Type, DeletionPolicy, Properties = {} } = resource;
  const known = specification.resourceType(Type);
  if (known === undefined) throw new Error(`CloudFormation knows no type ${Type}`);
  return {
    type: Type,
    ...(DeletionPolicy === undefined ? {} : { deletionPolicy: DeletionPolicy }),
    fixed: Object.fromEntries(fixedValues('', Properties, known.properties, specification)),
  };
}

/** Includes properties for which the specification says "maybe". */
function fixedValues(
  prefix: string,
  value: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Property>>,
  specification: Specification,
): [path: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const property = properties[name];
    if (property === undefined) return [];
    const path = `${prefix}${name}`;
    if ((property.causesReplacement ?? 'no') !== 'no') return [[path, member]];
    const reference = referenceIn(property.type);
    if (reference === undefined || !isJsonObject(member)) return [];
    return fixedValues(`${path}.`, member, specification.membersOf(reference), specification);
  });
}

function referenceIn(type: PropertyType): Extract<PropertyType, { type: 'ref' }> | undefined {
  const types = type.type === 'union' ? type.types : [type];
  return types.find((each) => each.type === 'ref');
}

/**
 * Says which released resources a deployment of this template would remove or replace, why, and what happens to their
 * data: one line each.
 *
 * When a logical id is gone, CloudFormation follows the DeletionPolicy of the template that was deployed; when it
 * replaces a resource, the UpdateReplacePolicy of the one that is being deployed (CloudFormation user guide).
 */
export function findReplacements(
  released: ReleasedResources,
  template: StageTemplate,
  specification: Specification,
): string[] {
  const current = releasedResources(template, specification);
  return Object.entries(released).flatMap(([id, before]) => {
    const now = current[id];
    const where = `${id} (${before.type})`;
    if (now === undefined) return [`${where} would be removed. ${fate(before, before.deletionPolicy)}`];
    if (now.type !== before.type) {
      const change = `its type is now ${now.type}, and CloudFormation refuses another type under the same logical id`;
      return [`${where} would not deploy: ${change}. ${fate(before, before.deletionPolicy)}`];
    }
    const changes = describeChanges(before.fixed, now.fixed);
    if (changes.length === 0) return [];
    const policy = template.Resources[id]?.UpdateReplacePolicy;
    return [`${where} would be replaced, since ${changes.join(', and ')}. ${fate(before, policy)}`];
  });
}

function describeChanges(before: ReleasedResource['fixed'], now: ReleasedResource['fixed']): string[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return paths
    .filter((path) => !isDeepStrictEqual(before[path], now[path]))
    .map((path) => `${path} was ${written(before[path])} and is ${written(now[path])}`);
}

function written(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value);
}

/** What happens to the data of a resource. */
function fate({ type }: ReleasedResource, policy: string | undefined): string {
  const { holds } = REMOVAL_DECISIONS[type] ?? {};
  if (holds === undefined) return 'No data is lost.';
  if (keeps(policy)) return `It stays in the account, unused, with ${holds}.`;
  return `This deletes ${holds}.`;
}

const FOLDER = join(import.meta.dirname, 'released');

/** A stack whose released resources are kept, and the context that it is synthesized with. */
export interface ReleasedStack {
  /** Names the file. */
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
}

const EXISTING_TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/sign-ups';

/** Every kind of stack that may be deployed: other settings neither remove resources nor change ids. */
export const RELEASED_STACKS: readonly ReleasedStack[] = [
  { name: 'dev', context: { stage: 'dev' } },
  { name: 'prod', context: { stage: 'prod' } },
  {
    name: 'existing-table',
    context: {
      stage: 'prod',
      tableArn: EXISTING_TABLE,
      tableStreamArn: `${EXISTING_TABLE}/stream/2026-03-01T12:00:00.000`,
    },
  },
];

/** The resources of a stack as they were last released. */
export function readReleased({ name }: ReleasedStack): ReleasedResources {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/** Makes these the released resources of a stack. */
export function writeReleased({ name }: ReleasedStack, resources: ReleasedResources): void {
  writeFileSync(fileOf(name), `${JSON.stringify(resources, null, 2)}\n`);
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}
