import { isJsonObject } from '../schemas/event-contract.ts';
import type { Field } from '../services/shared/field.ts';

/** Who outside of the stack's own account may subscribe to the bus. */
export interface BusSubscribers {
  /**
   * Ids of accounts, such as `["111122223333"]`.
   * @default - none
   */
  readonly accounts?: readonly string[];

  /**
   * Ids of organizations, such as `["o-a1b2c3d4e5"]`: every account in them may subscribe, also those that join later.
   * @default - none
   */
  readonly organizations?: readonly string[];
}

/** Statements of some 700 bytes each: a bus policy has 10 KB (EventBridge quotas). */
const MOST = 12;

function ids(pattern: RegExp, allowed: string): Field<readonly string[]> {
  return {
    default: [],
    allowed: `a list without repeats of ${allowed}`,
    accepts: (value) =>
      Array.isArray(value) &&
      new Set(value).size === value.length &&
      value.every((id) => typeof id === 'string' && pattern.test(id)),
  };
}

const FIELDS: { readonly [Name in keyof Required<BusSubscribers>]: Field<readonly string[]> } = {
  accounts: ids(/^\d{12}$/, 'account ids of 12 digits'),
  // Source: AWS Organizations API reference, Organization.
  organizations: ids(/^o-[a-z0-9]{10,32}$/, 'organization ids, such as o-a1b2c3d4e5'),
};

export const busSubscribersField: Field<BusSubscribers> = {
  default: {},
  fields: FIELDS,
  allowed:
    `an object with any of accounts (${FIELDS.accounts.allowed}) and organizations (${FIELDS.organizations.allowed}), ` +
    `at most ${MOST} in all`,
  accepts: (value) =>
    isJsonObject(value) &&
    Object.entries(value).every(
      ([name, list]) => Object.hasOwn(FIELDS, name) && FIELDS[name as 'accounts'].accepts(list),
    ) &&
    Object.values(value).flat().length <= MOST,
};
