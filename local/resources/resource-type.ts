import type { Account } from '../account.ts';
import type { Services } from '../services.ts';

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

export interface Creation {
  readonly logicalId: string;
  readonly physicalName: string;
  readonly identity: Identity;
  /** The resource's properties, with references resolved and every name checked against the shape. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly services: Services;
  /** Folder of an asset, by its object key. */
  readonly assetFolder: (objectKey: string) => string | undefined;
}

/** One CloudFormation resource type that the engine gives life to. */
export interface ResourceType {
  readonly type: string;
  /** The property that names the resource, if it has one. */
  readonly nameProperty?: string;
  /** The longest name that AWS takes. @default 64 */
  readonly nameLimit?: number;
  readonly shape: { readonly [name: string]: PropertyShape };
  identify(naming: Naming): Identity;
  /** Makes the resource. Errors name no logical id; the loader adds it. */
  create(creation: Creation): void | Promise<void>;
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
