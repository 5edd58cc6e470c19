import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { registeredSchemas } from '../../schemas/generated/registered-schemas.ts';
import { asDraft7 } from '../unit/schemas/openapi-as-draft-7.ts';
import { changedEvents, samples } from './support/broken-events.ts';

test('every version of every event is registered, with its address', () => {
  expect(registeredSchemas).toEqual(
    eventContracts.map(({ source, detailType, schemaVersion }) =>
      expect.objectContaining({
        source,
        detailType,
        version: schemaVersion,
        typeName: `${detailType}V${schemaVersion}`,
        openApi: expect.objectContaining({ openapi: '3.0.0' }),
      }),
    ),
  );
});

describe.each(registeredSchemas)('the registered schema of $typeName', ({ openApi, source, detailType, version }) => {
  const contract = eventContracts.find((each) => each.detailType === detailType && each.schemaVersion === version);

  test('is a valid document of OpenAPI 3.0', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(openApi))).toEqual({ valid: true });
    expect(validator.version).toBe('3.0');
  });

  test('would be refused with a keyword that OpenAPI 3.0 does not have', async () => {
    const broken = JSON.parse(JSON.stringify(openApi).replace('"maxLength"', '"const"'));
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  test('says where the event comes from, as those of AWS do', () => {
    expect(openApi).toHaveProperty('components.schemas.AWSEvent.x-amazon-events-source', source);
    expect(openApi).toHaveProperty('components.schemas.AWSEvent.x-amazon-events-detail-type', detailType);
  });

  test('accepts the samples, and accepts and refuses what the contract does, whatever is changed', () => {
    // A format only says what a text is meant to be, in the contract as here.
    const ajv = new Ajv({ strict: false, formats: { 'date-time': true } });
    const components = asDraft7(openApi.components);
    const validate = ajv.compile({ components, $ref: '#/components/schemas/AWSEvent' });
    const own = samples.filter(({ schemaName }) => schemaName === contract?.schemaName);
    expect(own.map(({ event }) => validate(event))).toEqual(own.map(() => true));

    const changed = own
      .flatMap(({ event }) => changedEvents(event))
      .map(([what, event]) => ({ what, accepted: validate(event), event }));
    expect(changed.filter(({ accepted, event }) => accepted !== contract?.validateEnvelope(event))).toEqual([]);
    expect(changed.filter(({ accepted }) => !accepted).length).toBeGreaterThan(50);
  });
});
