import type { Ignorer, NodePath } from '@stryker-mutator/api/ignore';

/** What is read here of a node that Babel has parsed. Source: Babel, AST specification. */
interface Syntax {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly raw: string } }[];
  readonly expressions?: readonly Syntax[];
  readonly operator?: string;
  readonly object?: Syntax;
  readonly property?: Syntax;
  readonly callee?: Syntax;
  readonly name?: string;
}
type SyntaxPath = {
  readonly node: Syntax;
  readonly parentPath: { readonly node: Syntax } | null;
  readonly key: unknown;
};

/** Two words with a space between them, as in a sentence. */
const WORDS = /[a-z]{2,},? [a-z]{2,}/;
/** What sentences do not have, but expressions and requests do. */
const SYMBOLS = /[=#<>{}|\\]|_\(/;
/** Functions that compare a text, or make one that is compared. */
const COMPARING = /^(includes|startsWith|endsWith|indexOf|split|replace|replaceAll|test|match|RegExp)$/;

/**
 * Leaves out texts for people, such as the message of an error or a log line: whether the words are good is not for tests to say. A
 * text that the code compares, and any that is no sentence (names, keys, codes, expressions), is logic, and is changed.
 */
export class TextsForPeople implements Ignorer {
  /** @returns why a node is left out, with all that is in it */
  shouldIgnore(path: NodePath): string | undefined {
    const { node, parentPath, key } = path as SyntaxPath;
    const text = textOf(node);
    if (text === undefined || !WORDS.test(text) || SYMBOLS.test(text)) return undefined;
    return isCompared(parentPath?.node, key) ? undefined : 'a text for people';
  }
}

/** @returns undefined for what is no text, and for one that holds more than names, since its parts are changed too */
function textOf({ type, value, quasis = [], expressions = [] }: Syntax): string | undefined {
  if (type === 'StringLiteral') return String(value);
  if (type !== 'TemplateLiteral' || !expressions.every(isName)) return undefined;
  return quasis.map((quasi) => quasi.value.raw).join('…');
}

function isName({ type, object, property }: Syntax): boolean {
  if (type === 'Identifier' || type === 'ThisExpression' || type === 'PrivateName') return true;
  return (
    type === 'MemberExpression' && object !== undefined && property !== undefined && isName(object) && isName(property)
  );
}

function isCompared(parent: Syntax | undefined, key: unknown): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'BinaryExpression') return parent.operator !== '+';
  if (parent.type === 'SwitchCase' || parent.type === 'ImportDeclaration' || key === 'key') return true;
  if (parent.type !== 'CallExpression' && parent.type !== 'NewExpression') return false;
  return COMPARING.test(parent.callee?.property?.name ?? parent.callee?.name ?? '');
}
