import type { Account } from '../../core/account.ts';

/**
 * Properties that a resource type may have: `used` has an effect here, `inert` is accepted and has none, a record lists
 * the members of an object, a one-element list describes each item of a list.
 */
export type PropertyShape = 'used' | 'inert' | readonly [PropertyShape] | { readonly [name: string]: PropertyShape };

/** What the rest of the template sees of a resource. */
export interface Identity {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Naming {
  /** The name that the template gives, or one made from stack and logical id. */
  readonly physicalName: string;
  readonly account: Account;
  /** Where the gateway answers, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** Unix epoch milliseconds at which the stack was made. */
  readonly createdAt: number;
  /** The resource's properties with references resolved. Asking for them is for types that are named by others. */
  readonly properties: () => Readonly<Record<string, unknown>>;
}

export interface Creation<Services = unknown> {
  readonly logicalId: string;
  readonly physicalName: string;
  readonly identity: Identity;
  /** The resource's properties, with references resolved and every name checked against the shape. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly services: Services;
  /** Folder of the asset that {@link ResourceType.assetKey} names, if the assembly has it. */
  readonly assetFolder?: string;
}

/**
 * A CloudFormation resource type that the engine runs.
 * @typeParam Services what its resources are made in: each type names the parts of the engine that it needs
 */
export interface ResourceType<Services = unknown> {
  readonly type: string;
  /** The property that names the resource, if it has one. */
  readonly nameProperty?: string;
  /** The longest name that AWS takes. @default 64 */
  readonly nameLimit?: number;
  readonly shape: { readonly [name: string]: PropertyShape };
  identify(naming: Naming): Identity;
  /**
   * Refuses properties that AWS would refuse, or that mean something that is not here, by what they say alone. It is asked
   * before anything of an update is made.
   * @param properties with references resolved
   * @throws Error without the logical id, which the loader adds
   */
  check?(properties: Readonly<Record<string, unknown>>, account: Account): void;
  /** Object key of the asset that the resource is made from, if it is made from one. */
  assetKey?(properties: Readonly<Record<string, unknown>>): string;
  /**
   * Makes the resource, with what a data folder holds for it; when it throws, nothing has happened. Errors name no logical
   * id; the loader adds it.
   */
  create(creation: Creation<Services>): void | Promise<void>;
  /** Sets a resource that was made to work, when all the others are there. @default - it does nothing by itself */
  start?(creation: Creation<Services>): void;
  /**
   * Gives a running resource of the same identity other properties; when it throws, nothing has happened. A type without
   * it can be added to a running engine, and not be changed.
   */
  update?(creation: Creation<Services>): void;
  /**
   * Whether it holds what a replacement or removal would lose: then it goes from a stack only where its deletion policy lets it
   * stay. @default - if it has no {@link update}
   */
  readonly holdsState?: boolean;
  /** Takes the resource away, with what it holds. Does not mind if it is gone already. */
  remove(creation: Creation<Services>): void | Promise<void>;
  /**
   * Notes that a resource stays which its stack no longer has, by its deletion policy.
   * @default - it stays as long as the engine runs
   */
  leave?(creation: Creation<Services>): void;
  /**
   * Takes a resource away again that an update has made and could not go through with: a data folder keeps what it holds.
   * @default - {@link remove}
   */
  takeBack?(creation: Creation<Services>): void | Promise<void>;
}

/** The properties that have an effect here. */
export function withoutInert(value: unknown, shape: PropertyShape): unknown {
  if (shape === 'used' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutInert(item, (shape as readonly [PropertyShape])[0]));
  const members = shape as Readonly<Record<string, PropertyShape>>;
  const withEffect = Object.entries(value).filter(([name]) => members[name] !== 'inert');
  return Object.fromEntries(withEffect.map(([name, inner]) => [name, withoutInert(inner, members[name] ?? 'used')]));
}

/**
 * A property that is a whole number; some templates have it as text.
 * @throws Error for anything else
 */
export function wholeNumber(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (Number.isInteger(number)) return number as number;
  throw new Error(`has ${JSON.stringify(value)} where a whole number must be.`);
}

/**
 * Checks a property that is a whole number of a range; one that is left out passes.
 * @throws Error for anything else
 */
export function checkRange(name: string, value: unknown, least: number, most: number): void {
  const number = wholeNumber(value, least);
  if (number < least || number > most)
    throw new Error(`has the ${name} ${number}; it must be from ${least} to ${most}.`);
}

/**
 * Checks a property that is one of some values; one that is left out passes.
 * @throws Error for anything else
 */
export function checkChoice(name: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || values.some((one) => one === value)) return;
  throw new Error(`has the ${name} ${JSON.stringify(value)}; it must be ${values.join(' or ')}.`);
}
