/** Moving events between pipelines, such as from a stack on AWS to this machine: out of an archive into a file, and onto a bus. */
export { type ExportedEvents, exportEvents, nothingExported } from './export-events.ts';
export { IMPORT_RATE, type ImportProgress, importEvents } from './import-events.ts';
export { type ImportPlan, importProblem, planImport, requireUnchanged } from './import-plan.ts';
