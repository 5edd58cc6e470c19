/** Colour and dashes of a graph's line: two lines differ in both, as far as there are enough. */
export interface LineStyle {
  /** The name of a colour of the theme. */
  readonly color: string;
  /** Lengths of dashes and gaps, in pixels. */
  readonly dash: readonly number[];
}

const COLORS = ['--accent', '--done', '--waiting', '--text', '--quiet'];
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3]];

export const LIMIT_STYLE: LineStyle = { color: '--failed', dash: [4, 4] };

export function lineStyle(index: number): LineStyle {
  return { color: COLORS[index % COLORS.length] ?? '--text', dash: DASHES[index % DASHES.length] ?? [] };
}

/** A piece of the line, beside its name. */
export function Swatch({ color, dash }: LineStyle) {
  return (
    <svg class={`swatch ${color.slice(2)}`} width="24" height="8" aria-hidden="true">
      <line x1="0" x2="24" y1="4" y2="4" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}

/** A colour of the theme as it is now: a canvas knows no names. */
export function colorOf(name: string, place: Element): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
