import { readFileSync } from 'node:fs';
import { type Diagnostic, DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { changedEvents, samples } from './support/broken-events.ts';

const text = readFileSync('docs/events.asyncapi.json', 'utf8');
const document = JSON.parse(text);

/** What the parser may say, each with the reason that it may. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'asyncapi-latest-version': 'says that there is 3.1; more tools read 3.0, and nothing here needs more',
};

const parse = (source: string) => new Parser().parse(source);
const problems = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.filter(({ code }) => !(String(code) in ACCEPTED)).map(({ code, message }) => `${code}: ${message}`);

describe('the AsyncAPI document', () => {
  let parsed: Awaited<ReturnType<typeof parse>>;
  beforeAll(async () => {
    parsed = await parse(text);
  });

  test('has nothing that the official parser finds fault with', () => {
    expect(problems(parsed.diagnostics)).toEqual([]);
    expect(parsed.diagnostics.every(({ severity }) => severity > DiagnosticSeverity.Warning)).toBe(true);
    expect(parsed.document?.version()).toBe('3.0.0');
  });

  test.each([
    ['a keyword of another meaning', '"minLength": 1', '"minLength": "one"'],
    ['a message that is not there', '#/components/messages/UserRegisteredV1', '#/components/messages/UserRegisteredV7'],
    ['an action that there is not', '"action": "send"', '"action": "shout"'],
  ])('would be refused with %s', async (_, from, to) => {
    const { diagnostics } = await parse(text.replace(from, to));
    expect(problems(diagnostics)).not.toEqual([]);
  });

  test('names every version of every event as a message that is published at its address', () => {
    const sent = parsed.document
      ?.operations()
      .filterBySend()
      .flatMap((operation) =>
        operation
          .messages()
          .all()
          .map((message) => [operation, message] as const),
      );
    const found = sent?.map(([operation, message]) => [operation.channels().all()[0]?.address(), message.title()]);
    expect(found).toEqual(
      eventContracts.map(({ source, detailType, schemaVersion }) => [
        `${source}/${detailType}`,
        `${detailType}, version ${schemaVersion}`,
      ]),
    );
  });

  test('shows every sample', () => {
    const messages = Object.values<{ examples: { name: string; payload: object }[] }>(document.components.messages);
    const shown = messages.flatMap(({ examples }) => examples.map(({ name, payload }) => [`${name}.json`, payload]));
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(samples.map(({ fileName, event }) => [fileName, event])),
    );
  });

  test('refers to nothing outside of itself', () => {
    const references = [...text.matchAll(/"\$ref": "([^"]*)"/g)].map(([, target]) => target);
    expect(references.length).toBeGreaterThan(eventContracts.length);
    expect(references.filter((target) => !target?.startsWith('#/'))).toEqual([]);
  });
});

describe.each(samples)('the payload schema that $fileName keeps to', ({ schemaName, event }) => {
  const contract = eventContracts.find((each) => each.schemaName === schemaName);
  const typeName = `${contract?.detailType}V${contract?.schemaVersion}`;
  const { $ref } = document.components.messages[typeName].payload;
  const validate = new Ajv({ strict: false }).compile({ components: document.components, $ref });

  test('accepts it', () => {
    expect(validate(event)).toBe(true);
  });

  test('accepts and refuses what the contract does, whatever is changed', () => {
    const changed = changedEvents(event).map(([what, other]) => ({ what, accepted: validate(other), other }));
    expect(changed.filter(({ accepted, other }) => accepted !== contract?.validateEnvelope(other))).toEqual([]);
    expect(changed.filter(({ accepted }) => !accepted).length).toBeGreaterThan(50);
  });
});
