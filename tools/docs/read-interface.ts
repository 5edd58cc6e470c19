/** A property of an interface, as its source tells of it. */
export interface DocumentedProperty {
  readonly name: string;
  /** As written, such as `'destroy' | 'retain'`. */
  readonly type: string;
  readonly isOptional: boolean;
  /** Paragraphs, each in one line. */
  readonly text: readonly string[];
  /** What stands behind the tags of the comment, by their names, such as `default`. */
  readonly tags: ReadonlyMap<string, string>;
}

const PROPERTY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??): ([^;]+);/g;

/**
 * Reads the properties of an exported interface, with their comments, out of TypeScript source. It reads this project's own
 * way of writing them: `readonly` properties, each below its comment, and nothing that is nested.
 *
 * @returns undefined if the source has no such interface
 * @throws {Error} for a property without a comment
 */
export function readInterface(source: string, name: string): DocumentedProperty[] | undefined {
  const body = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1];
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

function readComment(comment: string): Pick<DocumentedProperty, 'text' | 'tags'> {
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

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
