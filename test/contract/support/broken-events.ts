import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

export interface Sample {
  readonly fileName: string;
  /** `user-registered.v1` */
  readonly schemaName: string;
  readonly event: Json;
}

const FOLDER = join(import.meta.dirname, '../../../schemas/samples');

/** Every sample event of `schemas/samples/`. */
export const samples: readonly Sample[] = readdirSync(FOLDER).map((fileName) => ({
  fileName,
  schemaName: fileName.split('.').slice(0, 2).join('.'),
  event: JSON.parse(readFileSync(join(FOLDER, fileName), 'utf8')),
}));

/**
 * Copies of an event, each with one thing changed that may break it: a field gone, or with a value of another kind or
 * size. With the name of what was changed.
 */
export function changedEvents(event: Json): [what: string, changed: Json][] {
  return fieldsOf(event).flatMap((path) => {
    const name = path.join('.');
    const without: [string, Json] = [`${name} is gone`, withField(event, path, undefined)];
    const others = [null, true, -1, 1.5, 1e15, '', 'no\nsuch', 'x'.repeat(2049), [1], {}];
    return [
      without,
      ...others.map((value): [string, Json] => [`${name} is ${shown(value)}`, withField(event, path, value)]),
    ];
  });
}

function fieldsOf(value: Json, path: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([name, field]) => {
    const here = [...path, name];
    return [here, ...(typeof field === 'object' && !Array.isArray(field) ? fieldsOf(field as Json, here) : [])];
  });
}

function withField(value: Json, [first = '', ...rest]: readonly string[], replacement: unknown): Json {
  if (rest.length > 0) return { ...value, [first]: withField(value[first] as Json, rest, replacement) };
  const { [first]: _, ...others } = value;
  return replacement === undefined ? others : { ...others, [first]: replacement };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 20 ? `${text.slice(0, 9)}…` : text;
}
