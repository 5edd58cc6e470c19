import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STAGE_FIELDS } from '../../cdk/stage-settings.ts';
import type { Field } from '../../services/shared/field.ts';
import { type DocumentedProperty, readInterface } from './read-interface.ts';

/** A setting: what its comment says, and what is checked. */
export interface DocumentedSetting {
  /** With a dot before each part of an object, such as `bucketLifecycle.expireObjectsAfterDays`. */
  readonly path: string;
  readonly text: readonly string[];
  /** In words, such as `true or false`. */
  readonly allowed: string;
  /** JSON, or words that begin with a hyphen. */
  readonly defaultText: string;
  /** Extra API calls and grants, if any. */
  readonly costs?: string;
  readonly see?: string;
  /** What an object may hold. */
  readonly parts: readonly DocumentedSetting[];
}

const ROOT = join(import.meta.dirname, '..', '..');

/** The types of the settings. */
export const SETTING_SOURCES: readonly string[] = [
  join(ROOT, 'cdk', 'stage-settings.ts'),
  join(ROOT, 'cdk', 'bus-subscribers.ts'),
  join(ROOT, 'services', 'bucket-service', 'bucket-lifecycle.ts'),
];

/**
 * The settings of a stage, in the order of their type.
 *
 * @param files sources of `StageSettings` and of the types that it uses
 * @throws {Error} for a setting whose comment lacks or contradicts what is checked, by its name
 */
export async function documentedSettings(files = SETTING_SOURCES): Promise<DocumentedSetting[]> {
  const sources = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const interfaceOf = (name: string) =>
    sources.map((source) => readInterface(source, name)).find((properties) => properties !== undefined);
  return documentAll(interfaceOf('StageSettings') ?? [], STAGE_FIELDS, '', interfaceOf);
}

function documentAll(
  properties: readonly DocumentedProperty[],
  fields: Readonly<Record<string, Field<unknown>>>,
  before: string,
  interfaceOf: (name: string) => readonly DocumentedProperty[] | undefined,
): DocumentedSetting[] {
  const missing = Object.keys(fields).filter((name) => !properties.some((property) => property.name === name));
  if (missing.length > 0) throw new Error(`without a property in its type: ${missing.map((name) => before + name)}`);
  return properties.map((property) => {
    const path = before + property.name;
    const field = fields[property.name];
    if (field === undefined) throw new Error(`${path} has a type, but nothing checks it`);
    const parts = field.fields && documentAll(interfaceOf(property.type) ?? [], field.fields, `${path}.`, interfaceOf);
    const costs = property.tags.get('costs');
    const see = property.tags.get('see');
    return {
      path,
      text: property.text,
      allowed: parts ? 'an object of the settings below' : field.allowed,
      defaultText: checkedDefault(path, property, field),
      ...(costs !== undefined && { costs }),
      ...(see !== undefined && { see }),
      parts: parts ?? [],
    };
  });
}

/** An optional part has no default value: its comment says in words what happens without it. */
function checkedDefault(path: string, { isOptional, tags }: DocumentedProperty, field: Field<unknown>): string {
  const documented = tags.get('default');
  if (documented === undefined) throw new Error(`${path}: its comment has no @default`);
  if (isOptional) return documented;
  const real = JSON.stringify(field.default);
  if (documented.replaceAll("'", '"') !== real) {
    throw new Error(`${path}: its comment says @default ${documented}, but it is ${real}`);
  }
  return real;
}
