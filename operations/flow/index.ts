/** The flow: the parts of a deployed pipeline, how they are connected, and how much goes through each. */

export { type PartNumbers, WINDOW_MS } from './flow-numbers.ts';
export { type FlowPicture, type FlowSubscriber, readPicture } from './flow-picture.ts';
export { type FlowReading, followFlow } from './follow-flow.ts';
