import { readEnvironment } from '../shared/environment.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { BUCKET_VARIABLES, bucketSettings } from './bucket-settings.ts';
import { createProvisioner } from './provisioner.ts';

/** Gives every registered user a bucket. */
export const handler = createProvisioner({
  settings: bucketSettings(readEnvironment(BUCKET_VARIABLES)),
  telemetry: createTelemetry(),
});
