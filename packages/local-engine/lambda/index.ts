/** Lambda: functions, which run in processes, and their event source mappings. */
export { ONE_PER_CORE } from './environment-pool.ts';
export { EventSourceMapping } from './event-source-mapping.ts';
export { lambdaEventSourceMapping } from './event-source-mapping-resource.ts';
export {
  type EnvironmentProps,
  type FunctionEnvironment,
  FunctionError,
  STOPPED,
  type StartEnvironment,
  startProcess,
} from './execution-environment.ts';
export { lambdaFunction } from './function-resource.ts';
export { LambdaFunction } from './lambda-function.ts';
