import { ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import { sendMalformed } from '../support/malformed/send-malformed.ts';
import { Pipeline } from '../support/pipeline.ts';

/** Always the same requests, so that what fails can be repeated. */
const SEED = 1;
const REQUESTS = 500;

test('given malformed requests to every service, none is answered with 500 or a stack, and the engine goes on', async () => {
  const pipeline = await Pipeline.startUndisturbed();
  try {
    expect(await sendMalformed(pipeline, { seed: SEED, requests: REQUESTS })).toEqual([]);
    await pipeline.events.send(new ListEventBusesCommand({}));
  } finally {
    await pipeline.stop();
  }
});
