/** The one entry of the engine: what other code may import. */
export { AssemblyError, type LoadedAssembly, loadAssembly } from './cloudformation/assembly.ts';
export type { StackChange } from './cloudformation/stack-update.ts';
export type { DeployedStack } from './cloudformation/stacks.ts';
export { TemplateError } from './cloudformation/template/template.ts';
export { type Clock, SkippingClock, systemClock } from './core/clock.ts';
export {
  DEFAULT_PORT,
  DEFAULT_REGION,
  type Engine,
  type EngineOptions,
  type JournalValues,
  keepHeapSmall,
  startEngine,
} from './engine.ts';
export type { DirectAnswer, DirectRequest } from './gateway/answers.ts';
export type { Fault, Faults } from './journal/faults.ts';
export type { Hop, Journal, JournalEntry } from './journal/journal.ts';
export {
  type EnvironmentProps,
  type FunctionEnvironment,
  FunctionError,
  type StartEnvironment,
} from './lambda/index.ts';
export { StorageError } from './storage/storage-error.ts';
export { hostName } from './web-origin/index.ts';
