/** What a page tells its reader to do, in the order of the page. */
export type PageStep =
  /** To be run; `output` is what the page shows right below it. */
  | { readonly kind: 'command'; readonly line: number; readonly command: string; readonly output?: string }
  /** To be written. */
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  /** What a terminal shows that is still running. */
  | { readonly kind: 'shown'; readonly line: number; readonly output: string };

interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The text between the block before and this one. */
  readonly prose: string;
}

/**
 * Reads the steps out of a page in Markdown: a `sh` block is a command, a `text` block right behind it is its output, any
 * other `text` block is shown by what runs already, and a `ts` block is a file, named by the last `path` of the
 * sentence before.
 *
 * @throws {Error} for a block that is none of these, by its line
 */
export function stepsOf(markdown: string): PageStep[] {
  const steps: PageStep[] = [];
  for (const { line, language, text, prose } of blocksOf(markdown)) {
    const last = steps.at(-1);
    if (language === 'sh') {
      steps.push({ kind: 'command', line, command: text.trimEnd() });
    } else if (language === 'text' && prose.trim() === '' && last?.kind === 'command') {
      steps[steps.length - 1] = { ...last, output: text };
    } else if (language === 'text') {
      steps.push({ kind: 'shown', line, output: text });
    } else if (language === 'ts') {
      const path = /`([^`]+\/[^`]+)`:\s*$/.exec(prose)?.[1];
      if (path === undefined) throw new Error(`line ${line}: the sentence before a file must end with its path`);
      steps.push({ kind: 'file', line, path, text });
    } else {
      throw new Error(`line ${line}: a block is sh, text or ts; this one is ${language || 'without a language'}`);
    }
  }
  return steps;
}

/**
 * Compares an output with what the page shows of it, where a line `…` stands for any number of lines.
 * @returns undefined if it is as shown, or what is not
 */
export function difference(shown: string, output: string): string | undefined {
  const lines = output.trimEnd().split('\n');
  let at = 0;
  let maySkip = false;
  for (const line of shown.trimEnd().split('\n')) {
    if (line === '…') {
      maySkip = true;
      continue;
    }
    const pattern = patternOf(line);
    const found = lines.findIndex((candidate, index) => index >= at && pattern.test(candidate));
    if (found === -1 || (found > at && !maySkip))
      return `the page shows "${line}"; after ${at} lines comes:\n${lines.slice(at).join('\n')}`;
    at = found + 1;
    maySkip = false;
  }
  return maySkip || at >= lines.length ? undefined : `the page ends too early: ${lines.slice(at).join('\n')}`;
}

/** What differs with every run, and what else it may be. */
const VARYING: readonly (readonly [inPage: RegExp, inOutput: string])[] = [
  [/\b\d+(\.\d+)? ?m?s\b/, '\\d+(\\.\\d+)? ?m?s'],
  [/-\d{14}-/, '-\\d{14}-'],
  [/\b[0-9a-f]{32}\b/, '[0-9a-f]{32}'],
  [/calls=\{"PutObject":\d+\}/, 'calls=\\{"PutObject":\\d+\\}'],
];

/** Matches a line like that of the page: durations, dates in names and event ids may be others. */
export function patternOf(line: string): RegExp {
  const varying = new RegExp(VARYING.map(([{ source }]) => `(?:${source})`).join('|'), 'g');
  let pattern = '';
  let end = 0;
  for (const { 0: found, index } of line.matchAll(varying)) {
    const [, inOutput] = VARYING.find(([inPage]) => inPage.test(found)) ?? [];
    pattern += escaped(line.slice(end, index)) + inOutput;
    end = index + found.length;
  }
  return new RegExp(`^${pattern}${escaped(line.slice(end))}\\s*$`, 'm');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function blocksOf(markdown: string): Block[] {
  const fence = /^```(\w*)\n(.*?)^```$/gms;
  let end = 0;
  return [...markdown.matchAll(fence)].map(({ 0: whole, 1: language = '', 2: text = '', index }) => {
    const prose = markdown.slice(end, index);
    end = index + whole.length;
    return { line: markdown.slice(0, index).split('\n').length, language, text, prose };
  });
}
