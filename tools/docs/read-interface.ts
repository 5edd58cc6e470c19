/** A property of an interface, read from its source. */
export interface DocumentedProperty {
  readonly name: string;
  /** As written, such as `'destroy' | 'retain'`. */
  readonly type: string;
  readonly isOptional: boolean;
  /** Paragraphs, each in one line. */
  readonly text: readonly string[];
  /** The texts after the tags of the comment, by tag, such as `default`. */
  readonly tags: ReadonlyMap<string, string>;
}

const PROPERTY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??): ([\s\S]+?);\n/g;

/**
 * Reads the properties of an exported interface, with their comments, from TypeScript source. It understands only this
 * project's style: `readonly` properties, each below its comment, nothing nested over lines.
 *
 * @returns undefined if the source has no such interface
 * @throws {Error} for a property without a comment
 */
export function readInterface(source: string, name: string): DocumentedProperty[] | undefined {
  const body = new RegExp(`^export interface ${name}(?:<[^{]*>)? \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
  if (body === undefined) return undefined;
  const properties = [...body.matchAll(PROPERTY)].map(
    ([, comment = '', property = '', optional, type = '']): DocumentedProperty => ({
      name: property,
      type: type.replaceAll(/\s+/g, ' '),
      isOptional: optional === '?',
      ...readComment(comment),
    }),
  );
  const undocumented = [...body.matchAll(/^ {2}readonly (\w+)/gm)]
    .map(([, property]) => property)
    .filter((property) => !properties.some((documented) => documented.name === property));
  if (undocumented.length > 0) throw new Error(`${name}: without a comment: ${undocumented.join(', ')}`);
  return properties;
}

/** Paragraphs and tags of a comment, without its marks. Of a tag that comes several times, the last one counts. */
export function readComment(comment: string): Pick<DocumentedProperty, 'text' | 'tags'> {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trim());
  const [text = '', ...tags] = lines.join('\n').split(/^@/m);
  return {
    text: text
      .split(/\n\s*\n/)
      .map(inOneLine)
      .filter((paragraph) => paragraph !== ''),
    tags: new Map(
      tags.map((tag) => {
        const [, name = '', value = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
        return [name, inOneLine(value)];
      }),
    ),
  };
}

export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
