/**
 * Which events of a type a subscriber wants, by what is in their `data`. The words are those of EventBridge's event patterns,
 * and each is allowed where the event's contract lets it match.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

/**
 * Conditions on fields of an event. All of them must hold. Of a list of objects, one element must fulfil all conditions on it.
 *
 * @example
 * { region: ['eu-west-1', { prefix: 'us-' }], registeredAt: [{ numeric: ['>=', 1767225600] }] }
 */
export type Where<Data> = Data extends unknown
  ? {
      readonly [Field in keyof Data]?: WantedValue<
        NonNullable<Data[Field]>,
        object extends Pick<Data, Field> ? ExistsCondition : never
      >;
    }
  : never;

/** The conditions on a value: those of a list are on its elements, those of an object on its fields. */
type WantedValue<Value, Absence> = [Value] extends [readonly (infer Element)[]]
  ? WantedValue<NonNullable<Element>, ExistsCondition>
  : [Value] extends [object]
    ? Where<Value>
    : Conditions<Extract<Value, string | number | boolean>, Absence>;

/** What a value may be: at least one of these must hold. */
export type Conditions<Value, Absence = never> = readonly [
  Condition<Value> | Absence,
  ...(Condition<Value> | Absence)[],
];

/** A value that is wanted exactly, or a condition that fits the type of the value. */
type Condition<Value> = Value | TextConditionOf<Extract<Value, string>> | NumberConditionOf<Extract<Value, number>>;

type TextConditionOf<Value extends string> = [Value] extends [never] ? never : TextCondition<Value>;
type NumberConditionOf<Value extends number> = [Value] extends [never] ? never : NumberCondition<Value>;

/** How a text begins or ends; without regard to capital letters if it is inside `equals-ignore-case`. */
type Affix = string | { readonly 'equals-ignore-case': string };

/** One or several, of which none may be. */
type OneOrMore<Value> = Value | readonly [Value, ...Value[]];

/** Conditions on texts. */
export type TextCondition<Value extends string = string> =
  | { readonly prefix: Affix }
  | { readonly suffix: Affix }
  | { readonly 'equals-ignore-case': string }
  /** `*` is any text; `\*` is a star. */
  | { readonly wildcard: string }
  /** A block of IP addresses, such as `10.0.0.0/8`. */
  | { readonly cidr: string }
  | {
      readonly 'anything-but':
        | OneOrMore<Value>
        | { readonly prefix: OneOrMore<string> }
        | { readonly suffix: OneOrMore<string> }
        | { readonly 'equals-ignore-case': OneOrMore<string> }
        | { readonly wildcard: OneOrMore<string> };
    };

/** Conditions on numbers: a value, a bound, or a range with its lower bound first. */
export type NumberCondition<Value extends number = number> =
  | { readonly numeric: readonly ['=' | '<' | '<=' | '>' | '>=', number] }
  | { readonly numeric: readonly ['>' | '>=', number, '<' | '<=', number] }
  | { readonly 'anything-but': OneOrMore<Value> };

/** Whether an optional field is there. */
export interface ExistsCondition {
  /** `true` for an event that has the field, `false` for one that lacks it. */
  readonly exists: boolean;
}

/** Conditions on an event whose contract is not known. */
export type AnyWhere = { readonly [field: string]: AnyWhere | readonly [unknown, ...unknown[]] };
