/** EventBridge Pipes: what the rest of the engine uses of them. */
export { Pipe } from './pipe.ts';
export { pipesApi } from './pipes-api.ts';
