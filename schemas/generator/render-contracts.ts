import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { envelopeSchema } from './envelope-schema.ts';
import { type EventSchema, HEADER, OWN_KEYWORDS, SchemaError } from './read-event-schemas.ts';

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
  const details = [...newest.keys()].map((name) => {
    const ofName = events.filter(({ detailType }) => detailType === name);
    return `  ${name}: { ${ofName.map(({ version, typeName }) => `${version}: ${typeName}`).join('; ')} };`;
  });
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

/** What each event holds, by its name and version. */
export interface EventDetails {
${details.join('\n')}
}
`;
}

/** Renders the schemas themselves, to ask at synthesis what an event can hold. */
export function renderDetailSchemas(events: readonly EventSchema[]): string {
  const schemas = events.map(({ source, detailType, version, schemaName, schema }) => {
    return { source, detailType, schemaVersion: version, schemaName, schema };
  });
  return `${HEADER}
import type { DetailSchema } from '../detail-schema.ts';

/** The schema of the detail of every version of every event. */
export const detailSchemas: readonly DetailSchema[] = ${JSON.stringify(schemas, null, 2)};
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

/**
 * Renders the precompiled validators of an event as one ES module that imports nothing: compiling a schema
 * at cold start would cost 50 to 100 ms, and Ajv's weight in every bundle.
 */
export async function renderValidators(event: EventSchema): Promise<string> {
  // Every violation is collected, so that a log line names all of them. Refs stay calls, so that the envelope's
  // validator shares the code of the detail's.
  const ajv = new Ajv2020({ strict: true, allErrors: true, inlineRefs: false, code: { source: true, esm: true } });
  ajv.addVocabulary([...OWN_KEYWORDS]);
  const code = compiled(event, () => {
    ajv.addSchema(event.schema, 'detail');
    ajv.addSchema(envelopeSchema(event, 'detail'), 'envelope');
    return standaloneCode.default(ajv, { validateDetail: 'detail', validateEnvelope: 'envelope' });
  });
  return `${HEADER}\n${await inlineRuntimeHelpers(code)}`;
}

/** Ajv does not know which file a schema came from. */
function compiled(event: EventSchema, compile: () => string): string {
  try {
    return compile();
  } catch (cause) {
    throw new SchemaError(`${event.fileName}: ${(cause as Error).message}`, { cause });
  }
}

/** Renders the types of the module that {@link renderValidators} renders. */
export function renderValidatorTypes({ schemaName, typeName, detailType }: EventSchema): string {
  return `${HEADER}
import type { EventEnvelope, SchemaValidator } from '../event-contract.ts';
import type { ${typeName} } from './${schemaName}.ts';

export declare const validateDetail: SchemaValidator<${typeName}>;
export declare const validateEnvelope: SchemaValidator<EventEnvelope<'${detailType}', ${typeName}>>;
`;
}

/**
 * Ajv's code calls its runtime helpers (such as the one that counts a string's characters) by `require`, even in
 * its ESM form, which no ES module has. Bundling puts them into the file itself.
 */
async function inlineRuntimeHelpers(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, sourcefile: 'validators.js' },
    absWorkingDir: import.meta.dirname,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
  const [file] = result.outputFiles;
  if (!file || imports.length > 0) {
    throw new Error(`the validators must import nothing, but import ${imports.map(({ path }) => path).join(', ')}`);
  }
  // esbuild names bundled files by path, which depends on where packages happen to be installed.
  return file.text
    .replaceAll(/^\/\/ .*\n/gm, '')
    .replaceAll(/"[^"\n]*\/node_modules\/([^"\n]*)"(?=\(exports)/g, '"$1"')
    .trimStart();
}
