import { createRequire } from 'node:module';
import type { Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { AwsError } from '../core/aws-error.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import { checkExpressionSizes } from './expressions.ts';
import { rememberExpressions } from './parsed-expressions.ts';

type Action = (store: Store, data: unknown, done: (error: unknown, answer?: Record<string, unknown>) => void) => void;

type Types = Readonly<Record<string, unknown>>;

interface Implementation {
  readonly action: Action;
  readonly validation: { readonly types: Types; readonly custom?: unknown };
}

/** What is wrong with a request beyond the types of its members. */
type Custom = (data: { readonly ReturnValues?: string }, store: Store) => string | undefined;

/** Values of ReturnValuesOnConditionCheckFailure, in the order in which DynamoDB lists them. */
const ON_CONDITION_CHECK_FAILURE = { type: 'String', enum: ['ALL_OLD', 'NONE'] };

/** Source: DynamoDB API reference, AttributeValueUpdate. The order in which DynamoDB lists them is not known. */
const UPDATE_ACTION = { type: 'String', enum: ['ADD', 'PUT', 'DELETE'] };

const require = createRequire(import.meta.url);
const schemas = new RequestSchemas('@aws-sdk/client-dynamodb');
const implementations = new Map<string, Implementation>();

rememberExpressions();

/**
 * Runs one of dynalite's actions, validated as its server would, without its server.
 * @param operation such as `PutItem`; dynalite must have it
 * @throws AwsError what DynamoDB would answer
 */
export function runDynalite(
  store: Store,
  operation: string,
  request: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { action, validation } = load(operation);
  return new Promise((resolve, reject) => {
    try {
      // Types are checked on a copy, since dynalite deletes from its input the parameters that it does not know.
      const data = validations.checkTypes({ ...request }, validation.types);
      // It leaves null where a list or a map has it.
      schemas.check(operation, data);
      checkExpressionSizes(data);
      validations.checkValidations(data, validation.types, validation.custom, store);
      action(store, data, (error, answer) => (error ? reject(asAwsError(error)) : resolve(answer ?? {})));
    } catch (error) {
      reject(asAwsError(error));
    }
  });
}

function load(operation: string): Implementation {
  const loaded = implementations.get(operation);
  if (loaded !== undefined) return loaded;
  const file = operation.charAt(0).toLowerCase() + operation.slice(1);
  const { types, custom } = require(`dynalite/validations/${file}.js`);
  const implementation: Implementation = {
    action: require(`dynalite/actions/${file}.js`),
    validation: {
      types: withMissingEnums(types),
      custom: operation === 'DeleteItem' ? withReturnValues(custom) : custom,
    },
  };
  implementations.set(operation, implementation);
  return implementation;
}

/** Of PutItem dynalite checks it, of DeleteItem not. Source: DynamoDB API reference, DeleteItem; recorded on AWS. */
function withReturnValues(custom: Custom): Custom {
  return (data, store) => {
    const isAllowed = [undefined, 'ALL_OLD', 'NONE'].includes(data.ReturnValues);
    return custom(data, store) ?? (isAllowed ? undefined : 'ReturnValues can only be ALL_OLD or NONE');
  };
}

/** dynalite checks every enum but these two. */
function withMissingEnums(types: Types): Types {
  const withFailure = 'ReturnItemCollectionMetrics' in types && 'ConditionExpression' in types;
  const updates = types.AttributeUpdates as { readonly children: { readonly children: Types } } | undefined;
  return {
    ...types,
    ...(withFailure && { ReturnValuesOnConditionCheckFailure: ON_CONDITION_CHECK_FAILURE }),
    ...(updates && {
      AttributeUpdates: {
        ...updates,
        children: { ...updates.children, children: { ...updates.children.children, Action: UPDATE_ACTION } },
      },
    }),
  };
}

/** dynalite's errors carry the HTTP status and the body of AWS's answer. */
function asAwsError(error: unknown): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, unknown> };
  if (statusCode === undefined || body === undefined) return error;
  const code = String(body.__type).replace(/^.*#/, '');
  return new AwsError(code, String(body.message ?? body.Message ?? ''), statusCode);
}
