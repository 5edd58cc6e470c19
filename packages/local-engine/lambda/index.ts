/** Lambda: what the rest of the engine uses of it. */
export { EventSourceMapping } from './event-source-mapping.ts';
export { LambdaFunction } from './lambda.ts';
export { STOPPED } from './lambda-environment.ts';
