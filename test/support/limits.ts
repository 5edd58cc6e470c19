/**
 * The limits of all tests. A limit ends what hangs; it measures nothing, so that it must lie far above what anything takes,
 * also on a machine that is six times slower or busier than an ordinary one. Tests give none of their own.
 */
import { TIME_FACTOR_VARIABLE, timeFactorOf } from '../../operations/time/waiting.ts';

/** What an ordinary machine needs at most, and ten times that. With PIPELINE_TIME_FACTOR=1 a hanging test ends soon. */
export const FACTOR = timeFactorOf({ [TIME_FACTOR_VARIABLE]: '10', ...process.env });

/** The time factor for every process of the tests: engines, functions, and commands that wait. */
export const TIME_FACTOR = { [TIME_FACTOR_VARIABLE]: String(FACTOR) };

/** A line in a terminal, the end of a process, and whatever else a test waits for by itself; the journal's waits too. */
export const WAIT_MS = 20_000 * FACTOR;

/** Milliseconds of a clock that gives as much time as the limits do, for what counts its own seconds. */
export const patientNow = (): number => performance.now() / FACTOR;

/** What takes many commands or many users, and is waited for at one place. */
export const LONG_WAIT_MS = 120_000 * FACTOR;

/** One test. Above all waits, which end with what they waited for. */
export const TEST_MS = 180_000 * FACTOR;
