import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { treeCpu } from '../../../tools/bench/process-cpu.ts';
import type { EngineLives } from './engine-lives.ts';
import { functionProcesses, oldestOfEach, openFiles, residentBytes } from './processes.ts';
import { queuesOf } from './queues.ts';

/** What was there at a moment. */
export interface Sample {
  /** Seconds since the begin. */
  readonly second: number;
  /** Users whose row was acknowledged. */
  readonly registered: number;
  /** Users whose URI was seen. */
  readonly recorded: number;
  /** Kills so far, of the engine, of functions and of commands together. */
  readonly kills: number;
  /** Which run of the engine's process it is, from 1 on. */
  readonly life: number;
  /** Seconds since that was ready. */
  readonly age: number;
  /** Processor seconds that its process has used, those of its functions, and those of the sign-up service. */
  readonly cpu: number;
  readonly functionsCpu: number;
  readonly clientCpu: number;
  /** Bytes of the engine's process in memory. */
  readonly resident: number;
  /** Bytes of its JavaScript objects, after a garbage collection. */
  readonly heap: number;
  /** Its open file descriptors. */
  readonly files: number;
  /** What keeps its event loop alive. */
  readonly handles: number;
  /** Of these, timers. */
  readonly timers: number;
  /** Processes of functions. */
  readonly functions: number;
  /** Of the oldest process of each function: bytes in memory of the largest. */
  readonly functionResident: number;
  /** Open file descriptors of the one of these that has most. */
  readonly functionFiles: number;
  /** Messages that wait in queues, of commands that were killed too, and how many queues there are. */
  readonly messages: number;
  readonly queues: number;
  /** Bytes of the database, and of its change log. */
  readonly database: number;
  readonly changeLog: number;
}

/** Counted apart from the engine. */
export type Counts = Pick<Sample, 'registered' | 'recorded' | 'kills'>;

export interface SamplesProps {
  readonly lives: EngineLives;
  readonly sqs: SQSClient;
  readonly dataFolder: string;
  /** Of `performance.now()`. */
  readonly begun: number;
  readonly counts: () => Counts;
}

/** Takes a sample; undefined while there is no engine. */
export async function takeSample({ lives, sqs, dataFolder, begun, counts }: SamplesProps): Promise<Sample | undefined> {
  const life = await lives.up();
  const held = await lives.held();
  const queued = await queuesOf(sqs);
  if (held === undefined || queued === undefined) return undefined;
  const processes = functionProcesses(life.pid);
  const oldest = oldestOfEach(processes);
  const cpu = treeCpu(life.pid);
  const { user, system } = process.cpuUsage();
  const now = performance.now();
  return {
    second: Math.round((now - begun) / 100) / 10,
    ...counts(),
    life: life.number,
    age: Math.round((now - life.readyAt) / 100) / 10,
    cpu: cpu?.own ?? 0,
    functionsCpu: cpu?.descendants ?? 0,
    clientCpu: (user + system) / 1e6,
    ...held,
    functions: processes.length,
    functionResident: Math.max(0, ...oldest.map(({ pid }) => residentBytes(pid))),
    functionFiles: Math.max(0, ...oldest.map(({ pid }) => openFiles(pid))),
    ...queued,
    database: sizeOf(join(dataFolder, 'engine.db')),
    changeLog: sizeOf(join(dataFolder, 'engine.db-wal')),
  };
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** The samples, as a table for other programs. */
export function csvOf(samples: readonly Sample[]): string {
  const columns = Object.keys(samples[0] ?? {}) as (keyof Sample)[];
  const lines = samples.map((sample) => columns.map((column) => sample[column]).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

/** A sample, for people. */
export function progressLine(sample: Sample): string {
  const { second, registered, recorded, kills, life, resident, heap, files, handles, database } = sample;
  const minutes = `${Math.floor(second / 60)}:${String(Math.floor(second % 60)).padStart(2, '0')}`;
  return [
    minutes.padStart(6),
    `${registered} registered`,
    `${recorded} recorded`,
    `${kills} kills`,
    `life ${life}`,
    `${mebibytes(resident)} MiB resident`,
    `${mebibytes(heap)} MiB heap`,
    `${files} files`,
    `${handles} handles`,
    `${mebibytes(database)} MiB database`,
  ].join('  ');
}
