/** EventBridge Pipes: pipes from a DynamoDB stream to an event bus, and their API. */
export { Pipe } from './pipe.ts';
export { pipesPipe } from './pipe-resource.ts';
export { pipesApi } from './pipes-api.ts';
