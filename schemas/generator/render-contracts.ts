import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { HEADER } from './header.ts';
import type { EventSchema } from './read-event-schemas.ts';

/**
 * Renders one event version: the type of its `detail`, and its contract under the same name. A type and a value may
 * share a name, so one import brings both.
 */
export async function renderContract(event: EventSchema): Promise<string> {
  const { schemaName, typeName, detailType, source, version } = event;
  return `${HEADER}
import type { EventContract } from '../event-contract.ts';
import { validateDetail, validateEnvelope } from './${schemaName}.validators.js';

${await renderType(event)}
export const ${typeName}: EventContract<${typeName}, '${detailType}'> = {
  source: '${source}',
  detailType: '${detailType}',
  schemaVersion: ${version},
  schemaName: '${schemaName}',
  validateDetail,
  validateEnvelope,
};
`;
}

/** Renders the index: every version under its own name, the newest of each event under the event's name too. */
export function renderIndex(events: readonly EventSchema[]): string {
  const newest = new Map(events.map((event) => [event.detailType, event])); // sorted by version: the last one wins
  const imports = events.map(({ typeName, schemaName }) => `import { ${typeName} } from './${schemaName}.ts';`);
  const exports = events.map((event) => {
    const { typeName, detailType, schemaName } = event;
    const names = newest.get(detailType) === event ? `${typeName}, ${typeName} as ${detailType}` : typeName;
    return `export { ${names} } from './${schemaName}.ts';`;
  });
  const versions = events.map(({ typeName }) => `  ${typeName},`);
  const entries = [...newest.values()].map(({ detailType, typeName }) => `  ${detailType}: ${typeName},`);
  return `${HEADER}
import type { EventContract } from '../event-contract.ts';
${imports.join('\n')}

${exports.join('\n')}

/** Every version of every event. */
export const eventContracts: readonly EventContract<unknown>[] = [
${versions.join('\n')}
];

/** The newest version of every event, by the event's name. */
export const newestContracts = {
${entries.join('\n')}
} satisfies Readonly<Record<string, EventContract<unknown>>>;

/** Name of an event, as a subscription gives it. */
export type EventName = keyof typeof newestContracts;
`;
}

function renderType({ schema, typeName }: EventSchema): Promise<string> {
  return compile(schema as JSONSchema, typeName, {
    bannerComment: '',
    // Validators let unknown fields pass, so that a later addition breaks no reader. The types do not offer them:
    // a producer's misspelt field must not compile.
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 120 },
  });
}
