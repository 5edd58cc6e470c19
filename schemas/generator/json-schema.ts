/** A JSON Schema, or any part of one, as parsed: keyword to value. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Whether a parsed JSON value is an object, as a schema is (the schemas `true` and `false` aside). */
export function isJsonObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
