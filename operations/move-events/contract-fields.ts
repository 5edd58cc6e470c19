import { fieldsOf } from '../messages/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A value with only what its schema names, and what was taken away. */
export interface NamedFields {
  readonly value: unknown;
  /** Paths of fields that the schema does not name, such as `data.email`; `data.lines[].note` inside a list. */
  readonly removed: readonly string[];
}

/**
 * Takes away the fields that a schema does not name. Contracts are open, so that they can gain fields: an event may hold anything
 * besides what its contract says, also what must not leave the account. An object of which the schema names no field is left whole.
 */
export function namedFields(value: unknown, schema: Schema): NamedFields {
  const removed = new Set<string>();
  return { value: keep(value, partsOf(schema), ''), removed: [...removed] };

  function keep(value: unknown, schemas: readonly Schema[], path: string): unknown {
    if (Array.isArray(value)) {
      const items = schemas.flatMap((each) => partsOf(each.items));
      return value.map((item) => keep(item, items, `${path}[]`));
    }
    if (typeof value !== 'object' || value === null || !schemas.some(namesFields)) return value;
    const kept = Object.entries(value).flatMap(([name, inner]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const own = schemas.flatMap((each) => schemasOfField(each, name));
      if (own.length > 0) return [[name, keep(inner, own, at)]];
      removed.add(at);
      return [];
    });
    return Object.fromEntries(kept);
  }

  function schemasOfField({ properties, patternProperties, additionalProperties }: Schema, name: string): Schema[] {
    const own = fieldsOf(properties);
    const patterns = Object.entries(fieldsOf(patternProperties)).filter(([pattern]) =>
      new RegExp(pattern, 'u').test(name),
    );
    const found = [...(Object.hasOwn(own, name) ? [own[name]] : []), ...patterns.map(([, inner]) => inner)];
    const isOther = found.length === 0 && typeof additionalProperties === 'object';
    return [...found, isOther ? additionalProperties : undefined].flatMap(partsOf);
  }

  /** A schema with all that it consists of; nothing for what is none. A field that only one alternative names is named. */
  function partsOf(part: unknown): Schema[] {
    if (part === true) return [{}];
    if (typeof part !== 'object' || part === null) return [];
    const own = part as Schema;
    const target = typeof own.$ref === 'string' ? fieldsOf(schema.$defs)[own.$ref.replace('#/$defs/', '')] : undefined;
    const others = [own.allOf, own.anyOf, own.oneOf].flat();
    return [own, ...[target, ...others, own.then, own.else].flatMap(partsOf)];
  }
}

function namesFields({ properties, patternProperties, additionalProperties }: Schema): boolean {
  return [properties, patternProperties].some((each) => each !== undefined) || typeof additionalProperties === 'object';
}
