/** What XML 1.0 cannot hold, even escaped: control characters and half surrogate pairs. Source: XML 1.0, section 2.2. */
const NOT_IN_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Text as XML content. */
export function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // XML readers turn a bare carriage return into a line feed.
      .replaceAll('\r', '&#xD;')
      // One character that XML 1.0 cannot hold would break the whole answer.
      .replace(NOT_IN_XML, '\uFFFD')
  );
}

/** Whether XML can hold all characters of a text, escaped or not. */
export function isXmlText(text: string): boolean {
  return text.search(NOT_IN_XML) === -1;
}

const NAMED_CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** XML content as text. A number that is not a character becomes U+FFFD. */
export function unescapeXml(content: string): string {
  return content.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    if (hex || decimal) return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
    return NAMED_CHARACTERS.get(name) ?? whole;
  });
}
