import type { Logger } from '@aws-lambda-powertools/logger';

/** Fields of one structured log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes log lines about one event; each carries that event's keys. There is no `error` on purpose: a handler throws,
 * and the subscriber writes the one line about it.
 */
export interface EventLogger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/**
 * Adds an event's keys to each line that is written through it. Events of a batch are handled at the same time, so
 * keys never go onto the shared logger; and passing them with each line costs a twentieth of a child logger per event
 * (3 µs rather than 60).
 */
export function createEventLogger(logger: Pick<Logger, 'debug' | 'info' | 'warn'>, keys: LogFields): EventLogger {
  return {
    debug: (message, fields) => logger.debug(message, { ...keys, ...fields }),
    info: (message, fields) => logger.info(message, { ...keys, ...fields }),
    warn: (message, fields) => logger.warn(message, { ...keys, ...fields }),
  };
}
