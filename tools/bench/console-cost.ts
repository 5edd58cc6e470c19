import type { Browser } from 'playwright-core';
import { checkShows, MEASURED_VIEWS, openPage, serve, stopServing } from './console-views.ts';
import type { EngineChild } from './engine-child.ts';
import { median, print } from './figures.ts';
import { treeCpu } from './process-cpu.ts';
import type { Registered, Registrations } from './registrations.ts';

const ROUNDS = 4;
const ROUND_USERS = 2_500;
const TARGET_COST = 2;

const DONE = async () => {};

interface Condition {
  readonly name: string;
  /** Prepares it. @returns what ends it, after it was checked that it was so until then */
  begin(): Promise<() => Promise<void>>;
}

/**
 * Registers users in turns: without the console, with it and no page, with each stream read, and with each view in a browser. Prints
 * what each takes from the registrations, of the rate and of the engine's CPU.
 */
export async function measureCost(browser: Browser, engine: EngineChild, registrations: Registrations): Promise<void> {
  const conditions: readonly Condition[] = [
    { name: 'no console', begin: () => stopServing(engine).then(() => DONE) },
    { name: 'the console and no page', begin: () => serve(engine).then(() => DONE) },
    ...MEASURED_VIEWS.map(({ name, stream }) => ({
      name: `the stream of ${name} read, and no browser`,
      begin: async () => readStream((await serve(engine)) + stream),
    })),
    ...MEASURED_VIEWS.map((view) => ({
      name: `a browser on this machine that shows ${view.name}`,
      begin: async () => {
        const page = await openPage(browser, (await serve(engine)) + view.path);
        return async () => {
          await checkShows(page, registrations, view);
          await page.context().close();
        };
      },
    })),
  ];
  const rounds: Record<string, readonly Measured[]> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, begin } of conditions) {
      const end = await begin();
      const measured = await load(engine, registrations);
      await end();
      rounds[name] = [...(rounds[name] ?? []), measured];
    }
  }
  await registrations.check();
  const [{ name: base = '' } = {}] = conditions;
  for (const { name } of conditions) printCost(name, rounds[name] ?? [], rounds[base] ?? []);
}

interface Measured extends Registered {
  /** Of one registration, in milliseconds. */
  readonly browserCpuMs: number;
}

async function load(engine: EngineChild, registrations: Registrations): Promise<Measured> {
  const ofBrowser = async () => {
    const { cpu } = await engine.state();
    return (treeCpu(process.pid)?.descendants ?? 0) - (cpu ? cpu.own + cpu.descendants : 0);
  };
  const before = await ofBrowser();
  const registered = await registrations.load(ROUND_USERS);
  return { ...registered, browserCpuMs: (((await ofBrowser()) - before) * 1000) / ROUND_USERS };
}

/** Prints what a condition takes from registrations, by the medians of the rounds. */
function printCost(name: string, measured: readonly Measured[], base: readonly Measured[]): void {
  /** How much more than without the console, in percent. */
  const more = (of: (each: Registered) => number) =>
    median(measured.map((each, round) => (of(each) / of(base[round] as Registered) - 1) * 100));
  const engineMs = ({ cpuMs }: Registered) => cpuMs?.engine ?? Number.NaN;
  print({
    measure: `registrations a second, with ${name}`,
    unit: '1/s',
    value: median(measured.map(({ perSecond }) => perSecond)),
  });
  if (measured === base) return;
  print({
    measure: `fewer registrations a second, with ${name}`,
    unit: '%',
    value: -more(({ perSecond }) => perSecond),
    target: TARGET_COST,
    browserCpuMs: median(measured.map(({ browserCpuMs }) => browserCpuMs)),
  });
  print({
    measure: `more CPU of the engine for one registration, with ${name}`,
    unit: '%',
    value: more(engineMs),
    target: TARGET_COST,
    engineMs: median(measured.map(engineMs)),
  });
}

/** Reads a stream as a page does, and nothing more. */
async function readStream(url: string): Promise<() => Promise<void>> {
  const end = new AbortController();
  const { body } = await fetch(url, { signal: end.signal });
  const begun = Promise.withResolvers<void>();
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > 1000) begun.resolve();
    }
  })().catch((error: unknown) => {
    if (!end.signal.aborted) throw error;
  });
  await begun.promise;
  const atBegin = bytes;
  return async () => {
    if (bytes === atBegin) throw new Error(`${url} has sent nothing new.`);
    end.abort();
    await reading;
  };
}
