import { quote } from '../services/shared/field.ts';

/** The folder under `services/` that holds what services share, and is no service. */
export const SHARED_FOLDER = 'shared';

const MOST_CHARACTERS = 40;

/** Every word begins with a letter, so that no two names become the same id. */
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** Their ids and outputs are the stack's own. */
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

/** Of the ids Default and Resource the CDK makes no part of a logical id, and the rest may then be another service's. */
const CDK_NAMES = ['default', 'resource'];

/**
 * Says why a folder under `services/` cannot be a subscriber's, or gives undefined where it can.
 * Two names without a problem never meet: not in their construct ids, logical ids, outputs or bundles.
 */
export function subscriberNameProblem(name: string): string | undefined {
  if (name === SHARED_FOLDER) {
    return `services/${SHARED_FOLDER} holds what services share, so no service has its name; got ${quote(name)}`;
  }
  if (!KEBAB_CASE.test(name)) {
    return `a service's folder must be named in kebab-case, every word beginning with a letter; got ${quote(name)}`;
  }
  if (name.length > MOST_CHARACTERS) {
    return `a service's name must have at most ${MOST_CHARACTERS} characters, since AWS cuts the names that it makes of it, such as a function's, to 64; got ${quote(name)}, which has ${name.length}`;
  }
  if (STACK_NAMES.includes(name)) {
    return `a service must not be named like a part of the stack (${STACK_NAMES.join(', ')}); got ${quote(name)}`;
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
