import type { Account } from '../../core/account.ts';

/**
 * The properties that a resource type may have. `used` is a text, a number or a boolean that has an effect here; `json` has one too
 * and may be anything, which the type itself checks; `inert` is accepted and has none. A record lists the members of an object,
 * a list of one shape describes each item of a list.
 */
export type PropertyShape =
  | 'used'
  | 'json'
  | 'inert'
  | readonly [PropertyShape]
  | { readonly [name: string]: PropertyShape };

/** What the rest of a template can refer to. */
export interface Identity {
  /** The value of `Ref`. */
  readonly ref: string;
  /** The values of `Fn::GetAtt`, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Naming {
  /** The name in the template, or one built from stack and logical id. */
  readonly physicalName: string;
  readonly account: Account;
  /** Where the gateway answers, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** When the stack was created, in Unix epoch milliseconds. */
  readonly createdAt: number;
  /** The resource's properties with references resolved, for types whose identity depends on them. */
  readonly properties: () => Readonly<Record<string, unknown>>;
}

export interface Creation<Services = unknown> {
  readonly logicalId: string;
  readonly physicalName: string;
  readonly identity: Identity;
  /** The resource's properties: references are resolved, and every name is in the shape. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly services: Services;
  /** The folder of the asset of {@link ResourceType.assetKey}, if the assembly has it. */
  readonly assetFolder?: string;
}

/**
 * A CloudFormation resource type that the engine runs.
 * @typeParam Services the parts of the engine that it needs
 */
export interface ResourceType<Services = unknown> {
  readonly type: string;
  /** The property that names the resource, if it has one. */
  readonly nameProperty?: string;
  /** The longest name that AWS allows. @default 64 */
  readonly nameLimit?: number;
  readonly shape: { readonly [name: string]: PropertyShape };
  /** Properties that a resource must have, and {@link check} or the rest takes for granted. @default - none */
  readonly required?: readonly string[];
  identify(naming: Naming): Identity;
  /**
   * Refuses values that AWS would refuse, or that the engine does not support. Called before an update changes anything.
   * @param properties with references resolved
   * @throws Error; the loader adds the logical id
   */
  check?(properties: Readonly<Record<string, unknown>>, account: Account): void;
  /** The object key of the asset that the resource needs, if it needs one. */
  assetKey?(properties: Readonly<Record<string, unknown>>): string;
  /**
   * Creates the resource, with the data that a data folder has for it.
   * @throws Error after which nothing has changed; the loader adds the logical id
   */
  create(creation: Creation<Services>): void | Promise<void>;
  /** Starts the resource after all others were created. @default - it does nothing by itself */
  start?(creation: Creation<Services>): void;
  /**
   * Gives a running resource other properties. If it throws, nothing has changed.
   * @default - a running engine can add such a resource, but not change it
   */
  update?(creation: Creation<Services>): void;
  /**
   * Whether a replacement or removal would lose data. Then it can leave a stack only if its deletion policy retains it.
   * @default - true without {@link update}
   */
  readonly holdsState?: boolean;
  /** Removes the resource and its data, if it is still there. */
  remove(creation: Creation<Services>): void | Promise<void>;
  /**
   * Keeps a resource that its stack no longer has, by its deletion policy.
   * @default - it stays while the engine runs
   */
  retain?(creation: Creation<Services>): void;
  /**
   * Removes a resource that a failed update has created. A data folder keeps its data.
   * @default - {@link remove}
   */
  rollBack?(creation: Creation<Services>): void | Promise<void>;
}

/** A value without its inert properties. */
export function withoutInert(value: unknown, shape: PropertyShape): unknown {
  if (typeof shape === 'string' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutInert(item, (shape as readonly [PropertyShape])[0]));
  const members = shape as Readonly<Record<string, PropertyShape>>;
  const withEffect = Object.entries(value).filter(([name]) => members[name] !== 'inert');
  return Object.fromEntries(withEffect.map(([name, inner]) => [name, withoutInert(inner, members[name] ?? 'used')]));
}

/**
 * A property that must be a whole number; some templates have it as text.
 * @throws Error for any other value
 */
export function wholeNumber(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (Number.isInteger(number)) return number as number;
  throw new Error(`has ${JSON.stringify(value)} where a whole number is required.`);
}

/**
 * Checks a property that must be a whole number in a range, if it is there.
 * @throws Error for any other value
 */
export function checkRange(name: string, value: unknown, least: number, most: number): void {
  const number = wholeNumber(value, least);
  if (number < least || number > most)
    throw new Error(`has the ${name} ${number}; it must be from ${least} to ${most}.`);
}

/**
 * Checks a property that must be one of some values, if it is there.
 * @throws Error for any other value
 */
export function checkChoice(name: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || values.some((one) => one === value)) return;
  throw new Error(`has the ${name} ${JSON.stringify(value)}; it must be ${values.join(' or ')}.`);
}
