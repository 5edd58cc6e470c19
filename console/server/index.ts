/** The console: a web page of this machine that shows a pipeline, and the server behind it. */
export { readInfo } from './console-info.ts';
export { type ConsoleOptions, type RunningConsole, startConsole } from './console-server.ts';
