import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { EventBridgeEvent } from 'aws-lambda';
import { compareWithReleased, describeBreakingChange } from '../../schemas/compatibility/released-schemas.ts';
import { describeValidationErrors, type EnvelopeOf, isJsonObject } from '../../schemas/event-contract.ts';
import {
  BucketCreated,
  eventContracts,
  newestContracts,
  UserRegistered,
} from '../../schemas/generated/event-contracts.ts';
import { findOutdatedFiles, renderAll } from '../../schemas/generator/generated-files.ts';
import { type JsonSchema, readEventSchemas } from '../../schemas/generator/read-event-schemas.ts';

const schemaFolder = join(import.meta.dirname, '../../schemas');
const sampleFolder = join(schemaFolder, 'samples');
const eventSchemas = await readEventSchemas(schemaFolder);
const sampleFiles = await readdir(sampleFolder);

async function readSample(file: string) {
  return JSON.parse(await readFile(join(sampleFolder, file), 'utf8'));
}

describe('the sample events', () => {
  test.each(sampleFiles)('%s keeps to the contract that its file name names', async (file) => {
    const sample = await readSample(file);
    const contract = eventContracts.find(({ schemaName }) => file.startsWith(`${schemaName}.`));

    expect(contract).toMatchObject({
      source: sample.source,
      detailType: sample['detail-type'],
      schemaVersion: sample.detail.metadata.schemaVersion,
    });
    contract?.validateDetail(sample.detail);
    expect(describeValidationErrors(contract?.validateDetail.errors)).toBe('no violations');
    contract?.validateEnvelope(sample);
    expect(describeValidationErrors(contract?.validateEnvelope.errors)).toBe('no violations');
  });

  test.each(eventContracts.map(({ schemaName }) => schemaName))('%s has at least one', (schemaName) => {
    expect(sampleFiles.filter((file) => file.startsWith(`${schemaName}.`))).not.toEqual([]);
  });

  test('trace every event back to a registration', async () => {
    const samples = await Promise.all(sampleFiles.map(readSample));
    for (const { detail, ...envelope } of samples) {
      const { eventId, correlationId, causationId } = detail.metadata;
      if (envelope['detail-type'] === 'UserRegistered') expect(correlationId).toBe(eventId);
      else expect(causationId).not.toBe(eventId);
    }
  });
});

describe('the contracts', () => {
  test('carry the address that their schemas declare', () => {
    const addresses = eventContracts.map(({ source, detailType, schemaVersion, schemaName }) => ({
      source,
      detailType,
      schemaVersion,
      schemaName,
    }));
    expect(addresses).toEqual(
      eventSchemas.map(({ schema, version, schemaName }) => ({
        source: schema['x-source'],
        detailType: schema['x-detail-type'],
        schemaVersion: version,
        schemaName,
      })),
    );
  });

  test('are found by the name of their event', () => {
    expect(newestContracts).toMatchObject({ BucketCreated, UserRegistered });
  });

  test('are what the rules of the pipeline match on', () => {
    expect(UserRegistered).toMatchObject({ source: 'users-table', detailType: 'UserRegistered' });
    expect(BucketCreated).toMatchObject({ source: 'bucket-service', detailType: 'BucketCreated' });
  });

  test("give an event type that is interchangeable with the Lambda runtime's own", () => {
    type Detail = EnvelopeOf<typeof UserRegistered>['detail'];
    // Checked by the compiler; nothing happens here at run time.
    const toRuntime = (event: EnvelopeOf<typeof UserRegistered>): EventBridgeEvent<'UserRegistered', Detail> => event;
    const fromRuntime = (event: EventBridgeEvent<'UserRegistered', Detail>): EnvelopeOf<typeof UserRegistered> => event;
    expect([toRuntime, fromRuntime]).toHaveLength(2);
  });
});

describe.each(eventSchemas)('$fileName', ({ schema, published }) => {
  test('says in "x-published" by whom and when the event is published', () => {
    expect(published).not.toBe('');
  });

  test('describes every field', () => {
    expect(fieldsOf(schema).filter(([, field]) => typeof field.description !== 'string')).toEqual([]);
  });

  test('closes no object, so that a reader of today accepts the additions of tomorrow', () => {
    const closed = fieldsOf(schema).filter(
      ([, field]) => 'additionalProperties' in field || 'unevaluatedProperties' in field,
    );
    expect(closed).toEqual([]);
  });

  test('requires the ids by which events are traced', () => {
    const metadata = fieldsOf(schema).find(([path]) => path === '/metadata')?.[1];
    expect(metadata?.required).toEqual(expect.arrayContaining(['schemaVersion', 'eventId', 'correlationId']));
  });
});

test('the generated files are up to date (otherwise run: npm run schemas)', async () => {
  expect(await findOutdatedFiles(join(schemaFolder, '..'), await renderAll(schemaFolder))).toEqual([]);
});

test('no schema breaks a reader of its released copy', async () => {
  const comparisons = await compareWithReleased(schemaFolder, join(schemaFolder, 'released'));
  const breaks = comparisons.flatMap(({ fileName, breakingChanges }) =>
    breakingChanges.map((change) => describeBreakingChange(fileName, change)),
  );
  expect(breaks).toEqual([]);
});

/** Every field that a schema defines, itself included, with its JSON Pointer. */
function fieldsOf(schema: JsonSchema, path = ''): [string, JsonSchema][] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  return [
    [path, schema],
    ...Object.entries(properties).flatMap(([name, field]) =>
      isJsonObject(field) ? fieldsOf(field, `${path}/${name}`) : [],
    ),
  ];
}
