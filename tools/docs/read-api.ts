import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DocumentedProperty, inOneLine, readComment, readInterface } from './read-interface.ts';

/** Something that a module exports: its comment, and what people can see of it. */
export interface ApiEntry {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'interface' | 'type';
  /** As written, without a body. Of a class, that of its constructor. */
  readonly signature: string;
  /** Paragraphs, each in one line. */
  readonly text: readonly string[];
  /** In their order, such as `param` and `throws`. */
  readonly tags: readonly ApiTag[];
  /** Properties of an interface; properties and methods of a class. */
  readonly members: readonly ApiMember[];
}

export interface ApiTag {
  readonly tag: string;
  readonly text: string;
}

export interface ApiMember {
  readonly name: string;
  /** Of a method, what it returns. */
  readonly type: string;
  readonly isOptional: boolean;
  readonly text: readonly string[];
  /** @default - none */
  readonly byDefault?: string;
}

/**
 * Reads what a module exports from other files of the project, from their TypeScript sources. TypeScript 7 has no API that tools can
 * rely on, so this understands only the project's own, formatted style.
 *
 * @param entry path of a module of `export … from './file.ts'` statements
 * @throws {Error} naming what is exported or public and has no comment, and what it does not understand
 */
export async function readApi(entry: string): Promise<ApiEntry[]> {
  const exported = [...(await readFile(entry, 'utf8')).matchAll(/^export (?:type )?\{([^}]+)\} from '([^']+)';/gm)];
  const entries: ApiEntry[] = [];
  for (const [, names = '', file = ''] of exported) {
    const source = await readFile(join(dirname(entry), file), 'utf8');
    for (const name of names.split(',').map((each) => each.replace(/\btype\b/, '').trim())) {
      if (name !== '') entries.push(readEntry(source, name));
    }
  }
  return entries;
}

/** @throws {Error} as {@link readApi} */
export function readEntry(source: string, name: string): ApiEntry {
  const declaration = new RegExp(
    `(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?export (?:async )?(class|function|interface|type) ${name}\\b`,
  ).exec(source);
  if (declaration === null) throw new Error(`${name}: no class, function, interface or type of that name`);
  const [, comment, kind = ''] = declaration;
  if (comment === undefined) throw new Error(`${name} has no comment`);
  const rest = source.slice(source.indexOf('export ', declaration.index + (comment.length ?? 0)));
  const common = { name, ...readTags(comment) };
  switch (kind) {
    case 'class':
      return readClass(common, bodyOf(rest));
    case 'interface':
      return {
        ...common,
        kind,
        signature: `interface ${name}`,
        members: (readInterface(source, name) ?? []).map(memberOf),
      };
    case 'function':
      return { ...common, kind, signature: inOneLine(headOf(rest)), members: [] };
    default:
      return { ...common, kind: 'type', signature: rest.slice(0, /;\n(?:\n|$)/.exec(rest)?.index).trim(), members: [] };
  }
}

/** A function without its body, which begins behind its parameters and its type. */
function headOf(declaration: string): string {
  return /^[\s\S]*?\)(?:: [^\n]+)?(?= \{\n)/.exec(declaration)?.[0] ?? '';
}

function bodyOf(declaration: string): string {
  const [, body = ''] = /\{\n([\s\S]*?)^\}/m.exec(declaration) ?? [];
  return body;
}

/** What its constructor says belongs to the class. */
function readClass(common: Pick<ApiEntry, 'name' | 'text' | 'tags'>, body: string): ApiEntry {
  const { name, text, tags } = common;
  const [, comment = '', parameters = ''] =
    /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}constructor\((.*)\) \{$/m.exec(body) ?? [];
  return {
    name,
    kind: 'class',
    signature: `new ${name}(${parameters})`,
    text,
    tags: [...tags, ...readTags(comment).tags],
    members: classMembers(name, body),
  };
}

/** A comment, or none, and the first line of what it is about, which begins at the margin of a class. */
const MEMBER = /(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?![ /*}])(.+)$/gm;
const HIDDEN = /^(?:private |protected |static |#|constructor\b|super\b|\})/;

function classMembers(name: string, body: string): ApiMember[] {
  return [...body.matchAll(MEMBER)].flatMap(([, comment, line = '']) => {
    if (HIDDEN.test(line)) return [];
    const [, member = '', parameters, type = ''] = /^(?:readonly )?(\w+)(\(.*\))?: (.+?)(?:;| \{)$/.exec(line) ?? [];
    if (member === '') throw new Error(`${name}: a member that is not understood: ${line}`);
    if (comment === undefined) throw new Error(`${name}.${member} has no comment`);
    const { text, tags } = readTags(comment);
    if (tags.some(({ tag }) => tag === 'internal')) return [];
    return [{ name: `${member}${parameters ?? ''}`, type, isOptional: false, text }];
  });
}

function memberOf({ name, type, isOptional, text, tags }: DocumentedProperty): ApiMember {
  const byDefault = tags.get('default');
  return { name, type, isOptional, text, ...(byDefault !== undefined && { byDefault }) };
}

/** The text and all tags of a comment. Links become code. */
function readTags(comment: string): Pick<ApiEntry, 'text' | 'tags'> {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, ''));
  const [, ...tags] = lines.join('\n').split(/^@/m);
  return {
    text: readComment(comment).text,
    tags: tags.map((each) => {
      const [, tag = '', text = ''] = /^(\w+)\s*([\s\S]*)$/.exec(each) ?? [];
      return { tag, text: tag === 'example' ? text.trim() : inOneLine(text) };
    }),
  };
}
