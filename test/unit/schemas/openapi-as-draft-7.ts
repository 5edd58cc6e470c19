/**
 * Makes a schema of OpenAPI 3.0 one of JSON Schema draft 7, read as OpenAPI's specification has it, so that Ajv can
 * apply it. Ajv knows `nullable`.
 */
export function asDraft7(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asDraft7);
  if (typeof schema !== 'object' || schema === null) return schema;
  const said = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, ['enum', 'default'].includes(name) ? value : asDraft7(value)]),
  );
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (said[flag] !== true) continue;
    said[flag] = said[limit];
    delete said[limit];
  }
  return said;
}
