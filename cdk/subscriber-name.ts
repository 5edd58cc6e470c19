import { quote } from '../services/shared/field.ts';

/** The folder under `services/` that holds what services share. */
export const SHARED_FOLDER = 'shared';

const MOST_CHARACTERS = 40;

/** Every word begins with a letter, so that two names never become the same id. */
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** The stack uses these ids and outputs itself. */
export const STACK_NAMES = [
  'dashboard',
  'event-bus',
  'operator-notifications',
  'outputs',
  'pipe',
  'registration-pipe',
  'service-level',
  'user-table',
];

/** The CDK leaves the ids Default and Resource out of logical ids, which could then clash with those of another service. */
const CDK_NAMES = ['default', 'resource'];

/**
 * Says why a folder under `services/` cannot be a subscriber's; undefined for a good name.
 * Two good names never clash in construct ids, logical ids, outputs or bundles.
 */
export function subscriberNameProblem(name: string): string | undefined {
  if (name === SHARED_FOLDER) {
    return `services/${SHARED_FOLDER} holds what services share, so a service cannot have its name; got ${quote(name)}`;
  }
  if (!KEBAB_CASE.test(name)) {
    return `a service's folder must be named in kebab-case, every word beginning with a letter; got ${quote(name)}`;
  }
  if (name.length > MOST_CHARACTERS) {
    return `a service's name must have at most ${MOST_CHARACTERS} characters, because AWS cuts names made from it, such as a function's, to 64; got ${quote(name)}, which has ${name.length}`;
  }
  if (STACK_NAMES.includes(name)) {
    return `a service must not have the name of a part of the stack (${STACK_NAMES.join(', ')}); got ${quote(name)}`;
  }
  if (CDK_NAMES.includes(name)) {
    return `a service must not be named ${CDK_NAMES.join(' or ')}, which the CDK leaves out of logical ids; got ${quote(name)}`;
  }
  return undefined;
}

/** The construct id of a subscriber: `welcome-email` is `WelcomeEmail`. */
export function subscriberId(name: string): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}
