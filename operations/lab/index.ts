/** The lab: breaks a local engine on purpose, and shows what came of it. */

export {
  type ArmedFault,
  describeFault,
  type FaultOptions,
  injectFault,
  listFaults,
  removeFaults,
} from './faults.ts';
export { type KilledFunction, killFunction, killInNextInvocation, previewKill } from './kill.ts';
export { type EngineState, type FaultEffect, readEngine, requireEngine } from './lab-api.ts';
export { type LabState, readLab } from './lab-state.ts';
export { followMarks, type LabMark, readMarks } from './marks.ts';
export { onEngine, streamOnEngine } from './on-engine.ts';
export { type PipeRuns, readPipe, setPipe } from './pipe.ts';
export { parseSkip, previewSkip, type SkipPreview, type SkipResult, skipLines, skipTime } from './time.ts';
