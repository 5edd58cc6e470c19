import { isDeniedBy } from '../faults/index.ts';
import type { Promised } from './outcome.ts';

export const everythingComesToRest: Promised = ({ end, waiting }) => {
  const left = waiting.reduce((sum, messages) => sum + messages, 0);
  if (end === 'busy') return [{ what: 'a day later there is still something to do' }];
  return left > 0 ? [{ what: `${left} messages are left in the queues, and are not taken` }] : [];
};

export const engineHasNoBug: Promised = ({ bugs }) => bugs.map((stack) => ({ what: `the engine has a bug: ${stack}` }));

export const nothingIsDenied: Promised = ({ denied }, { faults }) =>
  denied
    .filter((action) => !isDeniedBy(faults, action))
    .map((action) => ({ what: `${action} was denied though no grant was taken away` }));

export const nothingPersonalIsLogged: Promised = ({ personalLines }) =>
  personalLines > 0 ? [{ what: `${personalLines} log lines have personal data` }] : [];
