/** The event contracts: their versions, who publishes and takes them, and how two of them differ. */
export { type ContractComparison, compareContracts, type FieldDifference, RELEASED } from './compare-contracts.ts';
export {
  type ContractSample,
  type ContractVersion,
  type EventSubscriber,
  findContract,
  listContracts,
  STATE_TEXTS,
} from './list-contracts.ts';
export { findSample, readContracts } from './read-contracts.ts';
