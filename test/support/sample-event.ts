import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeValidationErrors, type EventContract } from '../../schemas/event-contract.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'schemas', 'samples');

/**
 * What a handler gets of an event's sample in `schemas/samples/`: its metadata and data, typed, and checked against the
 * contract. A new one with every call, so that a test may change it.
 *
 * @throws {Error} when the sample does not keep to the contract
 *
 * @example
 * const event = sampleEvent(BucketCreatedV1);
 */
export function sampleEvent<TDetail>(contract: EventContract<TDetail>): TDetail {
  const file = `${contract.schemaName}.json`;
  const sample: unknown = JSON.parse(readFileSync(join(SAMPLES, file), 'utf8'));
  const { validateEnvelope } = contract;
  if (validateEnvelope(sample)) return sample.detail;
  throw new Error(`schemas/samples/${file} breaks its contract: ${describeValidationErrors(validateEnvelope.errors)}`);
}
