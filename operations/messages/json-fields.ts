/** The fields of a foreign value; none if it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The fields of a text of JSON, such as a structured log line; undefined if it is no JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? fieldsOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Why {@link parseObject} finds nothing in a text that someone wrote, such as `is not JSON: Unexpected end of JSON input`. */
export function objectProblem(text: string): string {
  try {
    JSON.parse(text);
    return 'is not a JSON object';
  } catch (error) {
    return `is not JSON: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`;
  }
}

/** Those of the fields that are texts. */
export function textsOf<K extends string>(fields: Readonly<Record<K, unknown>>): { readonly [key in K]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string')) as {
    [key in K]?: string;
  };
}
