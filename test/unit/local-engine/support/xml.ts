/** Contents of every `<name>…</name>` of an answer, in order. */
export function xmlElements(document: string, name: string): string[] {
  const elements = document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, 'gs'));
  return [...elements].map(([, content = '']) => content);
}
