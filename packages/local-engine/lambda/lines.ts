import type { Readable } from 'node:stream';

/**
 * Calls `onLine` with each line of UTF-8 text, without its end. Lines end at `\n` or `\r\n` alone: `readline` also ends
 * them at U+2028, U+2029 and a lone `\r`, all of which a line of JSON may hold. What follows the last line end is a line.
 * @param longest characters of a line; longer ones come in parts, so that memory stays bounded
 */
export function readLines(stream: Readable, onLine: (line: string) => void, longest = Number.POSITIVE_INFINITY): void {
  let rest = '';
  const withoutFullParts = (line: string): string => {
    let left = line;
    while (left.length > longest) {
      const end = isHighSurrogate(left.charCodeAt(longest - 1)) ? longest - 1 : longest;
      onLine(left.slice(0, end));
      left = left.slice(end);
    }
    return left;
  };
  const tell = () => onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split('\n');
    rest = withoutFullParts(rest + first);
    for (const next of more) {
      tell();
      rest = withoutFullParts(next);
    }
  });
  // A broken stream has ended, too.
  stream.on('error', () => {});
  stream.on('close', () => {
    if (rest !== '') tell();
  });
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
