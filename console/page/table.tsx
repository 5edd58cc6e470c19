import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** In a narrow window tables scroll sideways. */
const NARROW = matchMedia('(max-width: 640px)');
const isNarrow = signal(NARROW.matches);
NARROW.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Its cells say what they are: the name is for those who do not see them. */
  readonly isHidden?: boolean;
}

interface TableProps {
  readonly columns: readonly (Column | string)[];
  readonly caption?: string;
  /** For those who do not see what stands around it. */
  readonly isCaptionHidden?: boolean;
  readonly kind?: string;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A list with columns. */
export function Table({ columns, caption, isCaptionHidden = true, kind = '', children }: TableProps) {
  return (
    // What scrolls must have the focus to be scrolled by keyboard: the style sheet lets it scroll by this alone.
    <table class={`list ${kind}`} tabIndex={isNarrow.value ? 0 : undefined}>
      {caption !== undefined && <caption class={isCaptionHidden ? 'hidden' : ''}>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => {
            const { name, isNumber = false, isHidden = false } = typeof column === 'string' ? { name: column } : column;
            return (
              <th key={name} scope="col" class={isNumber ? 'number' : ''}>
                {isHidden ? <span class="hidden">{name}</span> : name}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
