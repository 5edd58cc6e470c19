/** Text to copy, or a value to insert. `inString`: the value lands inside text, not in the place of a JSON value. */
export type TemplatePart<Placeholder> = string | { readonly placeholder: Placeholder; readonly inString: boolean };

/**
 * Splits a template into text and placeholders. It knows nothing of pipes or rules: `toPlaceholder` says what the name
 * between `<` and `>` means. Where it answers undefined, the `<` is text: the templates of API destinations and mails
 * hold markup, and `<` and `>` cannot be escaped (earlier user guide, eb-transforming-target-input).
 *
 * A template is JSON or free text (eb-pipes-input-transformation). Free text, a quoted one too, is one long string, so
 * nothing in it is a JSON value. That is why a template of `<$.body>` alone loses the quotes of the JSON it inserts, as
 * the guide warns. An array counts as JSON here; the guide speaks of objects only, and an event bus takes nothing else.
 */
export function parseTemplate<Placeholder>(
  template: string,
  toPlaceholder: (name: string) => Placeholder | undefined,
): readonly TemplatePart<Placeholder>[] {
  const isJson = /^\s*[{[]/.test(template);
  const parts: TemplatePart<Placeholder>[] = [];
  let textFrom = 0;
  let inQuotes = false;
  let at = 0;
  while (at < template.length) {
    const name = template[at] === '<' ? nameAt(template, at) : undefined;
    const placeholder = name === undefined ? undefined : toPlaceholder(name);
    if (name !== undefined && placeholder !== undefined) {
      parts.push(template.slice(textFrom, at), { placeholder, inString: !isJson || inQuotes });
      at += name.length + '<>'.length;
      textFrom = at;
      continue;
    }
    if (template[at] === '"') {
      inQuotes = !inQuotes;
    }
    // `\"` inside a string does not end it. `\<` must not hide a placeholder.
    at += template[at] === '\\' && template[at + 1] !== '<' ? 2 : 1;
  }
  parts.push(template.slice(textFrom));
  return parts.filter((part) => part !== '');
}

function nameAt(template: string, open: number): string | undefined {
  const close = template.indexOf('>', open);
  const name = template.slice(open + 1, close);
  return close === -1 || name.includes('<') ? undefined : name;
}
