import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { PROJECT_FOLDER } from '../../cdk/synthesize.ts';
import type { EngineChild } from './engine-child.ts';

/** What a command did, as a process of its own. */
export interface CommandRun {
  readonly seconds: number;
  /** Until its first output, on either stream. */
  readonly secondsToFirstOutput: number;
  readonly cpuSeconds: number;
  /** The most that was resident. */
  readonly mebibytes: number;
  readonly out: string;
  readonly said: string;
}

/** Makes a process write what it took to the file descriptor 3 when it exits. */
const TELL_USAGE = `data:text/javascript,import { writeSync } from 'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.resourceUsage())))`;

/** Makes a process show progress as on a terminal. */
const AS_ON_TERMINAL = 'data:text/javascript,process.stderr.isTTY=true';

export interface CommandOptions {
  /** With which it must end. @default 0 */
  readonly exitCode?: number;
  /** Whether it shows progress as on a terminal. @default false */
  readonly isTerminal?: boolean;
}

/**
 * Runs `pipeline` with these arguments on an engine, as a user does: its start is part of it.
 * @throws Error with what it said if it ends with another exit code than expected
 */
export async function runCommand(
  engine: EngineChild,
  args: readonly string[],
  { exitCode = 0, isTerminal = false }: CommandOptions = {},
): Promise<CommandRun> {
  const { port } = new URL(engine.ready.endpoint);
  const imports = ['--import', TELL_USAGE, ...(isTerminal ? ['--import', AS_ON_TERMINAL] : [])];
  const all = [...imports, join(PROJECT_FOLDER, 'cli', 'pipeline.mjs'), ...args, '--port', port];
  const begun = performance.now();
  const child = spawn(process.execPath, all, { cwd: PROJECT_FOLDER, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [, stdout, stderr, usage] = child.stdio as unknown as [null, Readable, Readable, Readable];
  let firstOutput = Number.NaN;
  for (const stream of [stdout, stderr]) {
    stream.once('data', () => {
      if (Number.isNaN(firstOutput)) firstOutput = performance.now();
    });
  }
  const [out, said, used, [code, signal]] = await Promise.all([
    text(stdout),
    text(stderr),
    text(usage),
    once(child, 'exit'),
  ]);
  const ended = performance.now();
  if (code !== exitCode)
    throw new Error(`pipeline ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}: ${said}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(used) as NodeJS.ResourceUsage;
  return {
    seconds: (ended - begun) / 1000,
    secondsToFirstOutput: (firstOutput - begun) / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    mebibytes: Math.round(maxRSS / 1024),
    out,
    said,
  };
}
